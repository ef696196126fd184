import type { Family, Prefix } from '@nodelocal/netfilter-sim';
import { addressBits, addressFromBits, addressWidth, loopbackAddress, prefixContains, prefixOf } from '@nodelocal/netfilter-sim';
import type { ProxiedNode } from '../services/proxied.ts';
import type { ProxiedPort } from '../services/service-port.ts';
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
 * Who may come by the load balancer. A node that may come sends with the balancer's own address where that is on the node, so
 * those addresses may come too (proxier.go of 1.34); a node without an address of this family counts as 127.0.0.1 or ::1.
 */
export const sourceText = ({ family, nodeIp = loopbackAddress(family) }: ProxiedNode, { sourceRanges, loadBalancerVips }: ProxiedPort): string => {
  const width = addressWidth(family);
  const nodeMayCome = sourceRanges.some((range) => prefixContains(range, nodeIp));
  const sources = [...sourceRanges, ...(nodeMayCome ? loadBalancerVips.map((address) => prefixOf(address, width)) : [])];
  const [only] = sources;
  // nft makes a comparison of a set of one; one that comes to one by merging stays a set.
  if (only !== undefined && sources.length === 1) return networkText(only);
  return `{ ${merged(sources.map((range) => intervalOf(width, range))).map((interval) => intervalText(family, interval)).join(', ')} }`;
};
