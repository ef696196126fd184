import { InputError } from '../../../error.ts';
import type { Position } from '../../../error.ts';
import { addressBits, addressFromBits, addressWidth } from '../../../packet/address.ts';
import type { Address, Family } from '../../../packet/address.ts';
import { prefixMask, prefixOf } from '../../../packet/prefix.ts';
import type { Prefix } from '../../../packet/prefix.ts';
import { PROTOCOL } from '../../../packet/protocol.ts';
import { readHost } from '../../shared/address-values.ts';
import { readBounded } from '../../shared/numbers.ts';
import { protocolByName } from '../../shared/protocol-names.ts';
import { SERVICE_PORTS } from '../../shared/service-names.ts';
import { hostPart, maskAddress } from '../values/element.ts';
import { readIcmpPort } from '../values/icmp-names.ts';
import type { PartKind } from '../values/set-type.ts';
import type { ElementPart, SetMask } from '../values/set.ts';

/** A field of an element as it was written, and where. */
export interface Written {
  readonly text: string;
  readonly position: Position;
}

/** What the set says of its elements' fields. */
export interface PartScope {
  readonly family: Family;
  readonly mask: SetMask | undefined;
  readonly markMask: number;
  readonly refusesZero: boolean;
  readonly everything: boolean;
}

/** IPSET_MAX_RANGE (include/linux/netfilter/ipset/ip_set.h, 6.12). */
const RANGE_MAX = 1n << 20n;
const PORT_MAX = 65_535;
const MAC_LENGTH_MAX = 17;
/** IFNAMSIZ with its NUL. */
const INTERFACE_NAME_MAX = 15;

export const refuse = ({ text, position }: Written, expected: string, mend = ''): never => {
  throw new InputError(position, `"${text}": expected ${expected}`, mend);
};

/** A field of an element; a range stands for each of its members. */
export const readPart = (kind: PartKind, written: Written, scope: PartScope): readonly ElementPart[] => {
  switch (kind) {
    case 'address':
      return readAddresses(written, scope).map(hostPart);
    case 'network':
      return readNetworks(written, scope).map((prefix) => ({ kind: 'network', prefix }));
    case 'port':
      return readPorts(written, scope.family);
    case 'bare-port':
      return readPortRange(written, written.text.replace(/^[^:]*:/, '')).map((port) => ({ kind: 'port', protocol: 'any', port }));
    case 'mac':
      return [{ kind: 'mac', mac: readOwner(written) }];
    case 'mark':
      return [{ kind: 'mark', mark: (readUint32(written.text) ?? refuse(written, 'a mark of 32 bits')) & scope.markMask }];
    case 'interface':
      return [readInterface(written)];
    case 'set':
      return [{ kind: 'set', name: written.text }];
  }
};

/** Leading zeros may be missing, or be too many (`ipset_parse_ether`, lib/parse.c of ipset 7.17). */
export const readMac = (written: Written): string => {
  const octets = written.text.length > MAC_LENGTH_MAX ? [] : written.text.split(':');
  const numbers = octets.map((octet) => (/^[\da-f]+$/i.test(octet) ? Number.parseInt(octet, 16) : 256));
  if (octets.length !== 6 || numbers.some((number) => number > 255)) refuse(written, 'a MAC address');
  return numbers.map((number) => number.toString(16).padStart(2, '0').toUpperCase()).join(':');
};

/** An address as the resolver reads numbers, but not in hexadecimal: `10.1` is 10.0.0.1, `0` is 0.0.0.0. */
export const readAddressText = (text: string, family: Family): Address | undefined =>
  text.includes('x') ? undefined : readHost(family, text);

/** `ADDRESS` or `ADDRESS/LENGTH`; host bits are cleared. */
export const readPrefixText = (text: string, family: Family): Prefix | undefined => {
  const [name = '', lengthText, ...more] = text.split('/');
  const address = readAddressText(name, family);
  const length = lengthText === undefined ? addressWidth(family) : readBounded(lengthText, { min: 0, max: addressWidth(family) });
  return address === undefined || length === undefined || more.length > 0 ? undefined : prefixOf(address, length);
};

/** A hash of MAC addresses holds none of zeros (IPSET_ERR_HASH_ELEM of ip_set_hash_mac.c, 6.12). */
const readOwner = (written: Written): string => {
  const mac = readMac(written);
  return /[1-9A-F]/.test(mac) ? mac : refuse(written, 'a MAC address that is not zero', 'a hash cannot hold it');
};

/** A number of 32 bits in decimal or hexadecimal. */
export const readUint32 = (text: string): number | undefined => {
  const number = /^(?:0x[\da-f]{1,8}|\d{1,10})$/i.test(text) ? Number(text) : undefined;
  return number === undefined || number > 0xffff_ffff ? undefined : number;
};

const FAMILY_NAMES: Readonly<Record<Family, string>> = { ipv4: 'an IPv4 address', ipv6: 'an IPv6 address' };

interface Interval {
  readonly min: bigint;
  readonly max: bigint;
}

/** `A`, `A/LENGTH` or `A-B`. */
const readInterval = (written: Written, family: Family): Interval => {
  const expected = `${FAMILY_NAMES[family]}, a prefix or a range`;
  const [from = '', to] = written.text.split('-');
  if (to !== undefined) {
    const [first, last] = [readAddressText(from, family), readAddressText(to, family)];
    if (first === undefined || last === undefined) return refuse(written, expected);
    const ends = [addressBits(first), addressBits(last)] as const;
    return ends[0] <= ends[1] ? { min: ends[0], max: ends[1] } : { min: ends[1], max: ends[0] };
  }
  const prefix = readPrefixText(from, family) ?? refuse(written, expected);
  const min = addressBits(prefix.address);
  return { min, max: min | (((1n << BigInt(addressWidth(family))) - 1n) ^ prefixMask(family, prefix.length)) };
};

const readAddresses = (written: Written, { family, mask, refusesZero }: PartScope): readonly Address[] => {
  const { min, max } = readInterval(written, family);
  if (family === 'ipv6' && min !== max) return refuse(written, 'a single IPv6 address', 'only IPv4 has ranges here');
  const step = mask?.kind === 'netmask' ? 1n << BigInt(addressWidth(family) - mask.length) : 1n;
  if ((max - min) / step >= RANGE_MAX) return refuse(written, `at most ${RANGE_MAX} addresses`);
  const found = new Set<Address>();
  for (let bits = min; bits <= max; bits += step) found.add(maskAddress(addressFromBits(family, bits), mask));
  if (refusesZero && [...found].some((address) => addressBits(address) === 0n)) {
    return refuse(written, 'an address that is not zero', 'a hash cannot hold it');
  }
  return [...found];
};

const readNetworks = (written: Written, { family, mask, everything }: PartScope): readonly Prefix[] => {
  const networks = written.text.includes('-') ? coverInterval(readInterval(written, family), family) : [readNetwork(written, family)];
  if (!everything && networks.some(({ length }) => length === 0)) {
    return refuse(written, 'a prefix length above 0', 'write 0.0.0.0/1 and 128.0.0.0/1 for every address');
  }
  if (networks.length >= RANGE_MAX) return refuse(written, `at most ${RANGE_MAX} networks`);
  return networks.map(({ address, length }) => ({ address: maskAddress(address, mask), length }));
};

const readNetwork = (written: Written, family: Family): Prefix =>
  readPrefixText(written.text, family) ?? refuse(written, `${FAMILY_NAMES[family]}, a prefix or a range`);

/** The fewest networks that make up a range (`ip_set_range_to_cidr`, net/netfilter/ipset/pfxlen.c). */
const coverInterval = ({ min, max }: Interval, family: Family): readonly Prefix[] => {
  const width = BigInt(addressWidth(family));
  const networks: Prefix[] = [];
  for (let from = min; from <= max; ) {
    let free = 0n;
    while (free < width && (from & ((2n << free) - 1n)) === 0n && from + (2n << free) - 1n <= max) free += 1n;
    networks.push(prefixOf(addressFromBits(family, from), Number(width - free)));
    from += 1n << free;
  }
  return networks;
};

/** `PORT`, `PROTOCOL:PORT`, `icmp:TYPE/CODE`; TCP where no protocol is named. */
const readPorts = (written: Written, family: Family): readonly ElementPart[] => {
  const [, name = 'tcp', value = ''] = /^(?:([^:]*):)?(.*)$/.exec(written.text) ?? [];
  const protocol = /^\d{1,3}$/.test(name) && Number(name) < 256 ? Number(name) : (protocolByName(name) ?? 0);
  switch (protocol) {
    case 0:
      return refuse(written, 'PORT, PROTOCOL:PORT or icmp:TYPE/CODE');
    case PROTOCOL.icmp:
    case PROTOCOL.icmpv6: {
      const fits = (protocol === PROTOCOL.icmp) === (family === 'ipv4');
      const port = fits ? readIcmpPort(protocol, value) : undefined;
      return [{ kind: 'port', protocol, port: port ?? refuse(written, `an ICMP type of ${family} by name or as TYPE/CODE`) }];
    }
    case PROTOCOL.tcp:
    case PROTOCOL.udp:
    case PROTOCOL.sctp:
    case PROTOCOL.udplite:
      return readPortRange(written, value).map((port) => ({ kind: 'port', protocol, port }));
    default:
      return value === '0' ? [{ kind: 'port', protocol, port: 0 }] : refuse(written, `${name}:0`, 'the protocol has no ports');
  }
};

const readPortRange = (written: Written, value: string): readonly number[] => {
  const [from = '', to = from] = SERVICE_PORTS.has(value) ? [value] : value.split('-');
  const [first, last] = [readPort(from), readPort(to)];
  if (first === undefined || last === undefined) return refuse(written, 'a port from 0 to 65535, or a range');
  const min = Math.min(first, last);
  return Array.from({ length: Math.abs(last - first) + 1 }, (_, at) => min + at);
};

const readPort = (text: string): number | undefined => {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : SERVICE_PORTS.get(text);
  return number === undefined || number > PORT_MAX ? undefined : number;
};

const readInterface = (written: Written): ElementPart => {
  const physical = written.text.startsWith('physdev:');
  const name = physical ? written.text.slice('physdev:'.length) : written.text;
  if (name === '' || name.length > INTERFACE_NAME_MAX) refuse(written, `a device name of at most ${INTERFACE_NAME_MAX} characters`);
  return { kind: 'interface', name, physical, wildcard: false };
};
