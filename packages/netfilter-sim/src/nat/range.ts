import type { Tuple } from '../conntrack/entry/tuple.ts';
import { addressBits, addressFromBits, addressWidth, familyOf } from '../packet/address.ts';
import type { Address } from '../packet/address.ts';
import type { Port } from '../packet/port.ts';
import { jhash2 } from './jhash.ts';

/** Which end of a packet is translated. */
export type Manip = 'source' | 'destination';

/** Addresses and ports to translate to (`struct nf_nat_range2`); absent: any. */
export interface NatRange {
  /** From the first to the last, both counted in; absent: the packet keeps its own. */
  readonly addresses?: { readonly min: Address; readonly max: Address };
  /** From the first to the last, both counted in; of ICMP, ids. Absent: any, and the packet's own where it is free. */
  readonly ports?: { readonly min: Port; readonly max: Port };
  /** `--to-destination :1000-1010/2000`: shift a port range, counted from this base. */
  readonly basePort?: Port;
  /** `--random`: the port is drawn, in the range where there is one. */
  readonly random: boolean;
  /** `--random-fully`: drawn by another generator; to the model the same. */
  readonly randomFully: boolean;
  /** `--persistent`: a client gets the same address for every destination. */
  readonly persistent: boolean;
}

/** "Stay at this address": what a flow gets that no rule translates (`nf_nat_alloc_null_binding`). */
export const rangeOf = (address: Address): NatRange => ({
  addresses: { min: address, max: address },
  random: false,
  randomFully: false,
  persistent: false,
});

/** Port (or ICMP id, which is the same in both directions) that the manip may move. */
export const manipPort = (tuple: Tuple, manip: Manip): number | undefined => {
  if (tuple.kind === 'icmp') return tuple.icmpId;
  if (tuple.kind === 'plain') return undefined;
  return manip === 'source' ? tuple.sport : tuple.dport;
};

export const withPort = (tuple: Tuple, manip: Manip, value: number): Tuple => {
  switch (tuple.kind) {
    case 'plain':
      return tuple;
    case 'icmp':
      return { ...tuple, icmpId: value };
    case 'ports':
      return manip === 'source'
        ? { ...tuple, sport: value as typeof tuple.sport }
        : { ...tuple, dport: value as typeof tuple.dport };
  }
};

const addressInRange = (address: Address, range: NatRange): boolean =>
  range.addresses === undefined ||
  (addressBits(address) >= addressBits(range.addresses.min) && addressBits(address) <= addressBits(range.addresses.max));

export const portInRange = (port: number | undefined, range: NatRange): boolean =>
  range.ports === undefined || port === undefined || (port >= range.ports.min && port <= range.ports.max);

/** `nf_in_range`: source address and port both. */
export const inRange = (tuple: Tuple, range: NatRange): boolean =>
  addressInRange(tuple.src, range) && portInRange(manipPort(tuple, 'source'), range);

/** 32-bit words of an address, as the kernel hashes them: padded to the size of an IPv6 address, host byte order of x86. */
const hashWords = (address: Address): readonly number[] => {
  const width = BigInt(addressWidth(familyOf(address)));
  const bits = addressBits(address) << (128n - width);
  return [96n, 64n, 32n, 0n].map((shift) => swap(Number((bits >> shift) & 0xffffffffn)));
};

const swap = (word: number): number =>
  (((word & 0xff) << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0;

/** `find_best_ips_proto` (nf_nat_core.c, 6.12): the same source goes to the same address of a range. */
export const chooseAddress = (tuple: Tuple, manip: Manip, range: NatRange, zoneId: number): Tuple => {
  if (range.addresses === undefined) return tuple;
  const { min, max } = range.addresses;
  const moved = (address: Address): Tuple => (manip === 'source' ? { ...tuple, src: address } : { ...tuple, dst: address });
  if (min === max) return moved(min);
  const family = familyOf(min);
  const words = family === 'ipv4' ? 1 : 4;
  const destination = hashWords(tuple.dst);
  let hash = jhash2(hashWords(tuple.src), range.persistent ? 0 : (destination[words - 1] ?? 0) ^ zoneId);
  let full = false;
  let chosen = 0n;
  for (let word = 0; word < words; word += 1) {
    const shift = BigInt(32 * (words - 1 - word));
    const low = full ? 0n : (addressBits(min) >> shift) & 0xffffffffn;
    const high = (addressBits(max) >> shift) & 0xffffffffn;
    const distance = full ? 0xffffffffn : (high - low + 1n) & 0xffffffffn;
    const value = (low + ((BigInt(hash) * distance) >> 32n)) & 0xffffffffn;
    chosen = (chosen << 32n) | value;
    if (value !== high) full = true;
    // The kernel writes a new destination over the old one as it goes, and then reads it.
    const mixedIn = manip === 'destination' ? swap(Number(value)) : (destination[word] ?? 0);
    if (!range.persistent) hash = (hash ^ mixedIn) >>> 0;
  }
  return moved(addressFromBits(family, chosen));
};
