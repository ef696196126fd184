import { addressBits, addressFromBits } from '../../../packet/address.ts';
import type { Address } from '../../../packet/address.ts';
import type { Packet } from '../../../packet/packet.ts';
import { lengthOfMask, prefixContains, prefixMask, readPrefix } from '../../../packet/prefix.ts';
import type { Prefix } from '../../../packet/prefix.ts';
import { printAddressAndMask, readHostAndMask } from '../../shared/address-values.ts';
import { notModelled } from '../../shared/not-modelled.ts';
import { goOn } from '../../shared/outcome.ts';
import type { TargetOutcome } from '../../shared/outcome.ts';
import type { RuleScope, WrittenOption } from '../extension/extension.ts';
import { refuse, requireOption, valueOf } from '../extension/option-values.ts';

/** Two IPv6 prefixes as they are printed; one of length 0 is not. */
export interface PrefixPair {
  readonly from: string;
  readonly to: string;
}

const EVERYTHING = '::/0';
const LENGTH_MAX = 64;

/** ip6t_npt_checkentry (net/ipv6/netfilter/ip6t_NPT.c, 6.12) wants nothing behind the prefix. */
const readOne = (option: WrittenOption): string => {
  const found = readHostAndMask('ipv6', valueOf(option)) ?? refuse(option, 'an ipv6 prefix, PREFIX/LENGTH');
  const length = lengthOfMask('ipv6', found.mask) ?? 0;
  const exact = (addressBits(found.address) & ~found.mask) === 0n;
  return exact && length <= LENGTH_MAX
    ? printAddressAndMask(found)
    : refuse(option, `an ipv6 prefix of at most ${LENGTH_MAX} bits, the others 0`);
};

export const readPrefixPair = (options: readonly WrittenOption[], scope: RuleScope): PrefixPair => ({
  from: readOne(requireOption(options, '--src-pfx', scope, 'PREFIX/LENGTH')),
  to: readOne(requireOption(options, '--dst-pfx', scope, 'PREFIX/LENGTH')),
});

export const printPrefixPair = ({ from, to }: PrefixPair): string =>
  [...(from === EVERYTHING ? [] : [`--src-pfx ${from}`]), ...(to === EVERYTHING ? [] : [`--dst-pfx ${to}`])].join(' ');

const EVERY: Prefix = { address: '::' as Address, length: 0 };

const WORD = 0xffff;

/** In ones' complement, as checksums add up. */
const add = (a: number, b: number): number => {
  const sum = a + b;
  return (sum & WORD) + (sum >>> 16);
};

const wordAt = (bits: bigint, index: number): number => Number((bits >> BigInt(112 - 16 * index)) & 0xffffn);

const sumOf = (bits: bigint): number => Array.from({ length: 8 }, (_, index) => wordAt(bits, index)).reduce(add, 0);

/** The word that makes up for the new prefix; of long prefixes the first behind them that is not all ones. */
const adjustedWord = (bits: bigint, length: number): number | undefined =>
  length <= 48 ? 3 : [4, 5, 6, 7].find((index) => wordAt(bits, index) !== WORD);

/** `ip6t_npt_map_pfx` (net/ipv6/netfilter/ip6t_NPT.c, 6.12): no checksum sees a difference. */
const mapPrefix = (address: Address, from: Prefix, to: Prefix): Address | undefined => {
  const length = Math.max(from.length, to.length);
  const bits = (addressBits(address) & ~prefixMask('ipv6', length)) | addressBits(to.address);
  const index = adjustedWord(bits, length);
  if (index === undefined) return undefined;
  const adjustment = add(sumOf(addressBits(from.address)), ~sumOf(addressBits(to.address)) & WORD);
  const sum = add(wordAt(bits, index), adjustment);
  const shift = BigInt(112 - 16 * index);
  return addressFromBits('ipv6', (bits & ~(0xffffn << shift)) | (BigInt(sum === WORD ? 0 : sum) << shift));
};

/** Destination unreachable, packet too big, time exceeded, parameter problem (`icmpv6_is_err`). */
const ERROR_TYPES: readonly number[] = [1, 2, 3, 4];

/** What an ICMPv6 error quotes went the other way: there the other side had the prefix. */
const quotedAddress = (packet: Packet, side: 'src' | 'dst'): Address | undefined => {
  if (packet.kind !== 'icmpv6' || packet.inner === undefined || !ERROR_TYPES.includes(packet.icmpType)) return undefined;
  return side === 'src' ? packet.inner.dst : packet.inner.src;
};

/** The kernel does not ask whether the address has the prefix: of another one the checksums do not come out even. */
const comesOutEven = (address: Address, from: Prefix, to: Prefix): boolean =>
  prefixContains({ address: from.address, length: Math.max(from.length, to.length) }, address);

export const translatePrefix = (pair: PrefixPair, packet: Packet, side: 'src' | 'dst'): TargetOutcome => {
  const [from, to] = [readPrefix(pair.from) ?? EVERY, readPrefix(pair.to) ?? EVERY];
  if (!comesOutEven(packet[side], from, to)) return notModelled('the checksum of a packet whose address lacks the prefix');
  const address = mapPrefix(packet[side], from, to);
  if (address === undefined) return notModelled('the error about an address whose interface identifier is all ones');
  const quotedBefore = quotedAddress(packet, side);
  const quoted = quotedBefore !== undefined && prefixContains(from, quotedBefore) ? mapPrefix(quotedBefore, from, to) : undefined;
  return goOn({ kind: 'set-address', side, address, ...(quoted === undefined ? {} : { quoted }) });
};
