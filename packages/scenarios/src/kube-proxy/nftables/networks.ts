import type { Family, Prefix } from '@nodelocal/netfilter-sim';
import { addressBits, addressFromBits, addressWidth } from '@nodelocal/netfilter-sim';
import { networkText } from './words.ts';

/** First and last address, as numbers. */
interface Interval {
  readonly first: bigint;
  readonly last: bigint;
}

const intervalOf = (width: number, { address, length }: Prefix): Interval => {
  const first = addressBits(address);
  return { first, last: first + (1n << BigInt(width - length)) - 1n };
};

/** In their order; those that overlap or touch become one, which nft does to a set without a name (its interval.c). */
const merged = (intervals: readonly Interval[]): readonly Interval[] => {
  const found: Interval[] = [];
  for (const interval of intervals.toSorted((one, other) => (one.first < other.first ? -1 : 1))) {
    const before = found.at(-1);
    if (before === undefined || before.last + 1n < interval.first) found.push(interval);
    else if (interval.last > before.last) found[found.length - 1] = { first: before.first, last: interval.last };
  }
  return found;
};

/** As a network where it is one, else by its ends. */
const intervalText = (family: Family, { first, last }: Interval): string => {
  const size = last - first + 1n;
  const isNetwork = (size & (size - 1n)) === 0n && first % size === 0n;
  if (!isNetwork) return `${addressFromBits(family, first)}-${addressFromBits(family, last)}`;
  return networkText({ address: addressFromBits(family, first), length: addressWidth(family) - (size.toString(2).length - 1) });
};

/**
 * A set without a name as nft lists it: one of one network is a comparison with that; one that comes to one by merging stays a set.
 * @param networks of one family, one at least
 */
export const networksText = (family: Family, networks: readonly Prefix[]): string => {
  const [only] = networks;
  if (only !== undefined && networks.length === 1) return networkText(only);
  const width = addressWidth(family);
  return `{ ${merged(networks.map((range) => intervalOf(width, range))).map((interval) => intervalText(family, interval)).join(', ')} }`;
};
