import { InputError } from '../../../error.ts';
import type { NatRange } from '../../../nat/range.ts';
import { familyOf, readAddress } from '../../../packet/address.ts';
import type { Address, Family } from '../../../packet/address.ts';
import { port } from '../../../packet/port.ts';
import type { Port } from '../../../packet/port.ts';
import { PROTOCOL } from '../../../packet/protocol.ts';
import { printAddressInterval } from '../../shared/address-values.ts';
import type { AddressInterval } from '../../shared/address-values.ts';
import { readLeadingNumber } from '../../shared/numbers.ts';
import type { Interval } from '../../shared/numbers.ts';
import { SERVICE_PORTS } from '../../shared/service-names.ts';
import type { RuleScope, WrittenOption } from './extension.ts';
import { refuse, valueOf } from './option-values.ts';

/** ICMP is among them, whose id counts as a port; ICMPv6 is not. */
const PORT_PROTOCOLS: ReadonlySet<number | undefined> = new Set([
  PROTOCOL.tcp,
  PROTOCOL.udp,
  PROTOCOL.sctp,
  PROTOCOL.dccp,
  PROTOCOL.icmp,
]);

/** `libxt_NAT.c` wants a protocol that has ports where ports are given. */
export const requirePorts = (option: WrittenOption, scope: RuleScope): void => {
  if (!PORT_PROTOCOLS.has(scope.writtenProtocol)) {
    throw new InputError(option.position, 'ports need a protocol that has them', 'add -p tcp, udp, sctp or dccp');
  }
};

const PORTS: Interval = { min: 0, max: 65535 };
/** From here a shifted range may count. */
const BASE_PORTS: Interval = { min: 1, max: 65535 };

/** A port that a text begins with, and what stands behind it; a service's name is the whole text. */
const readLeadingPort = (text: string, within: Interval): { readonly port: Port; readonly rest: string } | undefined => {
  const found = readLeadingNumber(text);
  if (found !== undefined && found.value >= within.min && found.value <= within.max) {
    return { port: port(Number(found.value)), rest: found.rest };
  }
  const named = SERVICE_PORTS.get(text);
  return named === undefined ? undefined : { port: port(named), rest: '' };
};

interface PortRange {
  readonly ports: NonNullable<NatRange['ports']>;
  /** Behind a range with `/`: the port from which the shift counts. */
  readonly basePort?: Port;
}

/**
 * `PORT`, `LOW-HIGH` or `LOW-HIGH/BASE`. LOW and HIGH of a range are numbers, the others may be names
 * (parse_ports of libxt_NAT.c, 1.8.9, which looks at nothing behind BASE).
 */
export const readPortRange = (option: WrittenOption, text: string): PortRange => {
  const expected = 'a port, or a range LOW-HIGH of numbers from 0 to 65535';
  const first = readLeadingPort(text, PORTS) ?? refuse(option, expected);
  if (first.rest === '') return { ports: { min: first.port, max: first.port } };
  const behind = first.rest.startsWith('-') ? readLeadingNumber(first.rest.slice(1)) : undefined;
  if (behind === undefined || behind.value < first.port || behind.value > PORTS.max) return refuse(option, expected);
  const ports = { min: first.port, max: port(Number(behind.value)) };
  if (behind.rest === '') return { ports };
  const base = behind.rest.startsWith('/') ? readLeadingPort(behind.rest.slice(1), BASE_PORTS) : undefined;
  return { ports, basePort: base?.port ?? refuse(option, `${expected}, and a port behind a /`) };
};

export const printPortRange = ({ min, max }: { readonly min: Port; readonly max: Port }, basePort?: Port): string =>
  (min === max ? `${min}` : `${min}-${max}`) + (basePort === undefined ? '' : `/${basePort}`);

/** Where addresses end and ports begin: `10.0.0.1-10.0.0.9:80-90`, `[fd00::1]:80`, `:80`. */
const splitDestination = (family: Family, text: string): { readonly addresses: string; readonly ports?: string } => {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(text);
  if (bracketed !== null && family === 'ipv6') {
    return { addresses: bracketed[1] ?? '', ...(bracketed[2] === undefined ? {} : { ports: bracketed[2] }) };
  }
  if (family === 'ipv6' && !/^:[^:]/.test(text)) return { addresses: text };
  const colon = text.indexOf(':');
  return colon < 0 ? { addresses: text } : { addresses: text.slice(0, colon), ports: text.slice(colon + 1) };
};

/** `FROM-TO` or one address, all four octets in decimal (inet_pton, unlike elsewhere). */
const readStrictInterval = (family: Family, text: string): AddressInterval | undefined => {
  const [from = '', to = from, ...more] = text.split('-');
  const [min, max] = [readAddress(from), readAddress(to)];
  if (min === undefined || max === undefined || more.length > 0) return undefined;
  return familyOf(min) === family && familyOf(max) === family ? { min, max } : undefined;
};

/** The value of `--to-destination` and `--to-source`. */
export const readNatRange = (
  option: WrittenOption,
  scope: RuleScope,
  flags: Pick<NatRange, 'random' | 'randomFully' | 'persistent'>,
): NatRange => {
  const { addresses: addressText, ports: portText } = splitDestination(scope.family, valueOf(option));
  const addresses =
    addressText === ''
      ? undefined
      : (readStrictInterval(scope.family, addressText) ??
        refuse(option, `an ${scope.family} address or a range FROM-TO, with :PORT or :LOW-HIGH behind it if wanted`));
  if (portText === undefined) {
    return addresses === undefined ? refuse(option, 'an address or :PORT') : { addresses, ...flags };
  }
  requirePorts(option, scope);
  return { ...(addresses === undefined ? {} : { addresses }), ...readPortRange(option, portText), ...flags };
};

/** The base of a shifted range is DNAT's: elsewhere iptables 1.8.9 takes it and stores 0. */
export const withoutBase = <Range extends { readonly basePort?: Port }>(range: Range): Range =>
  range.basePort === undefined ? range : { ...range, basePort: port(0) };

const printAddresses = (addresses: { readonly min: Address; readonly max: Address }, withPorts: boolean): string => {
  const text = printAddressInterval(addresses);
  return withPorts && familyOf(addresses.min) === 'ipv6' ? `[${text}]` : text;
};

/** `10.0.0.1:80-90`, without the flags. */
export const printNatRange = ({ addresses, ports, basePort }: NatRange): string =>
  (addresses === undefined ? '' : printAddresses(addresses, ports !== undefined)) +
  (ports === undefined ? '' : `:${printPortRange(ports, basePort)}`);

export const printNatFlags = (range: NatRange): readonly string[] => [
  ...(range.random ? ['--random'] : []),
  ...(range.randomFully ? ['--random-fully'] : []),
  ...(range.persistent ? ['--persistent'] : []),
];
