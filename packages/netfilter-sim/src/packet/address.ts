import { checkText } from '../range.ts';

/**
 * IP addresses as canonical text: comparable with `===`, usable as map keys, plain in JSON.
 * Arithmetic happens on their bits.
 */
declare const ipv4: unique symbol;
declare const ipv6: unique symbol;

/** The version of IP that an address, a rule set or a route belongs to. */
export type Family = 'ipv4' | 'ipv6';
/** An IPv4 address in canonical form: `10.96.0.10`. */
export type Ipv4 = string & { readonly [ipv4]: true };
/** An IPv6 address in canonical form (RFC 5952): `fd00::a`. */
export type Ipv6 = string & { readonly [ipv6]: true };
/** An address of either family, comparable with `===`. */
export type Address = Ipv4 | Ipv6;

/** The family of an address. */
export const familyOf = (address: Address): Family => (address.includes(':') ? 'ipv6' : 'ipv4');

/** How many bits an address of that family has. */
export const addressWidth = (family: Family): 32 | 128 => (family === 'ipv4' ? 32 : 128);

/** The address of no one in particular: `0.0.0.0` or `::`. */
export const anyAddress = (family: Family): Address => (family === 'ipv4' ? '0.0.0.0' : '::') as Address;

/** `127.0.0.1` or `::1`. */
export const loopbackAddress = (family: Family): Address => (family === 'ipv4' ? '127.0.0.1' : '::1') as Address;

const readIpv4Bits = (text: string): bigint | undefined => {
  const octets = text.split('.');
  if (octets.length !== 4) return undefined;
  let bits = 0;
  for (const octet of octets) {
    // No leading zeros: some tools read them as octal.
    if (!/^(?:0|[1-9]\d{0,2})$/.test(octet) || Number(octet) > 255) return undefined;
    bits = bits * 256 + Number(octet);
  }
  return BigInt(bits);
};

const readIpv6Groups = (text: string): readonly string[] | undefined => {
  if (text === '') return [];
  const groups = text.split(':');
  const last = groups.at(-1) ?? '';
  if (!last.includes('.')) return groups;
  const embedded = readIpv4Bits(last);
  if (embedded === undefined) return undefined;
  return [...groups.slice(0, -1), (embedded >> 16n).toString(16), (embedded & 0xffffn).toString(16)];
};

const readIpv6Bits = (text: string): bigint | undefined => {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = readIpv6Groups(halves[0] ?? '');
  const tail = readIpv6Groups(halves[1] ?? '');
  if (head === undefined || tail === undefined) return undefined;
  const gap = 8 - head.length - tail.length;
  if (halves.length === 2 ? gap < 1 : gap !== 0) return undefined;
  let bits = 0n;
  for (const group of [...head, ...Array.from({ length: gap }, () => '0'), ...tail]) {
    if (!/^[\da-f]{1,4}$/i.test(group)) return undefined;
    bits = (bits << 16n) | BigInt(`0x${group}`);
  }
  return bits;
};

const writeIpv4 = (bits: bigint): string => {
  const n = Number(bits);
  return `${(n >>> 24) & 255}.${(n >>> 16) & 255}.${(n >>> 8) & 255}.${n & 255}`;
};

/** RFC 5952 §4: the longest run of zero groups, the first of equals, at least two, becomes `::`. */
const writeIpv6 = (bits: bigint): string => {
  const groups: number[] = [];
  for (let shift = 112n; shift >= 0n; shift -= 16n) groups.push(Number((bits >> shift) & 0xffffn));
  let best = { start: 0, length: 1 };
  for (let start = 0; start < 8; start += 1) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === 0) length += 1;
    if (length > best.length) best = { start, length };
  }
  const hex = groups.map((group) => group.toString(16));
  // glibc's inet_ntop, which every tool of the node uses, keeps these two forms dotted.
  if (bits >> 32n === 0xffffn) return `::ffff:${writeIpv4(bits & 0xffffffffn)}`;
  if (bits >> 32n === 0n && bits > 0xffffn) return `::${writeIpv4(bits)}`;
  if (best.length < 2) return hex.join(':');
  return `${hex.slice(0, best.start).join(':')}::${hex.slice(best.start + best.length).join(':')}`;
};

/**
 * The address of that number. `bits` has the first octet highest: `0x0a60000an` is 10.96.0.10.
 * @throws RangeError for a number with more bits than the family has
 */
export const addressFromBits = (family: Family, bits: bigint): Address => {
  if (typeof bits !== 'bigint' || bits < 0n || bits > HIGHEST[family]) throw new RangeError(`not the number of an ${family} address: ${String(bits)}`);
  return (family === 'ipv4' ? writeIpv4(bits) : writeIpv6(bits)) as Address;
};

const HIGHEST: Readonly<Record<Family, bigint>> = { ipv4: 2n ** 32n - 1n, ipv6: 2n ** 128n - 1n };

/** The address that the text spells, in canonical form; `undefined` where it spells none. @throws TypeError for what is no text */
export const readAddress = (text: string): Address | undefined => {
  checkText('text', text);
  const family = text.includes(':') ? 'ipv6' : 'ipv4';
  const bits = family === 'ipv4' ? readIpv4Bits(text) : readIpv6Bits(text);
  return bits === undefined ? undefined : addressFromBits(family, bits);
};

/** @throws RangeError where the text is no address; for literals in code and tests. */
export const address = (text: string): Address => {
  const found = typeof text === 'string' ? readAddress(text) : undefined;
  if (found === undefined) throw new RangeError(`not an IP address: ${text}`);
  return found;
};

const bitsByAddress = new Map<Address, bigint>();
const BITS_REMEMBERED_MAX = 65536;

/** The address as a number: 32 or 128 bits, first octet highest. @throws RangeError for what is no address */
export const addressBits = (of: Address): bigint => {
  const known = bitsByAddress.get(of);
  if (known !== undefined) return known;
  const bits = of.includes(':') ? readIpv6Bits(of) : readIpv4Bits(of);
  if (bits === undefined) throw new RangeError(`not an IP address: ${of}`);
  if (bitsByAddress.size >= BITS_REMEMBERED_MAX) bitsByAddress.clear();
  bitsByAddress.set(of, bits);
  return bits;
};
