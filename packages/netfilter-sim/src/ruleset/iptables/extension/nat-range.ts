import { InputError } from '../../../error.ts';
import type { NatRange } from '../../../nat/range.ts';
import { familyOf, readAddress } from '../../../packet/address.ts';
import type { Address, Family } from '../../../packet/address.ts';
import type { Port } from '../../../packet/port.ts';
import { PROTOCOL } from '../../../packet/protocol.ts';
import { printAddressInterval } from '../../shared/address-values.ts';
import type { AddressInterval } from '../../shared/address-values.ts';
import { readPort } from '../../shared/ports.ts';
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

/** `PORT` or `LOW-HIGH`; names are allowed. */
export const readPortRange = (option: WrittenOption, text: string): NonNullable<NatRange['ports']> => {
  const dash = text.indexOf('-');
  // A service name may have a dash of its own (`ftp-data`).
  const single = readPort(text);
  const min = single ?? readPort(dash < 0 ? text : text.slice(0, dash));
  const max = single ?? (dash < 0 ? undefined : readPort(text.slice(dash + 1)));
  return min === undefined || max === undefined || min > max
    ? refuse(option, 'a port or a range LOW-HIGH')
    : { min, max };
};

export const printPortRange = ({ min, max }: { readonly min: Port; readonly max: Port }): string =>
  min === max ? `${min}` : `${min}-${max}`;

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
  const [rangeText = '', baseText] = portText.split('/');
  const ports = readPortRange(option, rangeText);
  const basePort = baseText === undefined ? undefined : (readPort(baseText) ?? refuse(option, 'a port behind the /'));
  return {
    ...(addresses === undefined ? {} : { addresses }),
    ports,
    ...(basePort === undefined ? {} : { basePort }),
    ...flags,
  };
};

const printAddresses = (addresses: { readonly min: Address; readonly max: Address }, withPorts: boolean): string => {
  const text = printAddressInterval(addresses);
  return withPorts && familyOf(addresses.min) === 'ipv6' ? `[${text}]` : text;
};

/** `10.0.0.1:80-90`, without the flags. */
export const printNatRange = ({ addresses, ports, basePort }: NatRange): string =>
  (addresses === undefined ? '' : printAddresses(addresses, ports !== undefined)) +
  (ports === undefined ? '' : `:${printPortRange(ports)}`) +
  (basePort === undefined ? '' : `/${basePort}`);

export const printNatFlags = (range: NatRange): readonly string[] => [
  ...(range.random ? ['--random'] : []),
  ...(range.randomFully ? ['--random-fully'] : []),
  ...(range.persistent ? ['--persistent'] : []),
];
