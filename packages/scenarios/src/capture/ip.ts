import { addressFromBits } from '@nodelocal/netfilter-sim';
import type { Address } from '@nodelocal/netfilter-sim';
import type { Octets } from './octets.ts';
import { octetsOf } from './octets.ts';

/** An IP packet, its own header taken off. */
export interface IpReading {
  readonly kind: 'ip';
  readonly src: Address;
  readonly dst: Address;
  readonly protocol: number;
  readonly payload: Uint8Array;
  /** The capture has less of it than there was. */
  readonly isCut: boolean;
  /** `first` has the header of UDP or TCP, `later` has not. */
  readonly fragment: { readonly part: 'first' | 'later'; readonly id: number; readonly offset: number } | undefined;
}

export type IpResult = IpReading | { readonly kind: 'other'; readonly what: string };

const other = (what: string): IpResult => ({ kind: 'other', what });

export const readIp = (bytes: Uint8Array): IpResult => {
  const octets = octetsOf(bytes);
  if (bytes.length === 0) return other('nothing behind the link');
  switch (octets.u8(0) >> 4) {
    case 4:
      return readIpv4(octets);
    case 6:
      return readIpv6(octets);
    default:
      return other(`IP of version ${octets.u8(0) >> 4}`);
  }
};

const bitsOf = (octets: Octets, from: number, until: number): bigint => {
  let bits = 0n;
  for (let at = from; at < until; at += 1) bits = (bits << 8n) | BigInt(octets.u8(at));
  return bits;
};

const readIpv4 = (octets: Octets): IpResult => {
  if (octets.length < 20) return other('IPv4, cut within its header');
  const header = (octets.u8(0) & 15) * 4;
  const total = octets.u16(2);
  if (header < 20 || header > octets.length) return other('IPv4 with a header of a wrong length');
  // Where the card cuts a large packet into pieces, its length is not written down yet.
  const end = total === 0 ? octets.length : total;
  if (end < header) return other('IPv4 with a wrong length');
  const offset = (octets.u16(6) & 0x1fff) * 8;
  const more = (octets.u16(6) & 0x2000) !== 0;
  return {
    kind: 'ip',
    src: addressFromBits('ipv4', bitsOf(octets, 12, 16)),
    dst: addressFromBits('ipv4', bitsOf(octets, 16, 20)),
    protocol: octets.u8(9),
    payload: octets.part(header, Math.min(end, octets.length)),
    isCut: end > octets.length,
    fragment: offset > 0 || more ? { part: offset > 0 ? 'later' : 'first', id: octets.u16(4), offset } : undefined,
  };
};

const HEADER_6 = 40;
const FRAGMENT = 44;
/** Hop-by-hop, routing and destination options: a next header, and a length in eights behind the first. */
const EXTENSIONS = [0, 43, 60, 135];

const readIpv6 = (octets: Octets): IpResult => {
  if (octets.length < HEADER_6) return other('IPv6, cut within its header');
  const end = octets.u16(4) === 0 ? octets.length : HEADER_6 + octets.u16(4);
  let protocol = octets.u8(6);
  let at = HEADER_6;
  let fragment: IpReading['fragment'];
  while (EXTENSIONS.includes(protocol) || protocol === FRAGMENT) {
    if (at + 8 > Math.min(end, octets.length)) return other('IPv6, cut within its headers');
    if (protocol === FRAGMENT) {
      const field = octets.u16(at + 2);
      const offset = field & 0xfff8;
      if (offset > 0 || (field & 1) === 1) fragment = { part: offset > 0 ? 'later' : 'first', id: octets.u32(at + 4), offset };
    }
    const length = protocol === FRAGMENT ? 8 : (octets.u8(at + 1) + 1) * 8;
    protocol = octets.u8(at);
    at += length;
    if (fragment?.part === 'later') break;
  }
  return {
    kind: 'ip',
    src: addressFromBits('ipv6', bitsOf(octets, 8, 24)),
    dst: addressFromBits('ipv6', bitsOf(octets, 24, 40)),
    protocol,
    payload: octets.part(Math.min(at, octets.length), Math.min(end, octets.length)),
    isCut: end > octets.length,
    fragment,
  };
};
