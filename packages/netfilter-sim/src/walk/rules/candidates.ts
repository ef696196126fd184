import { addressWidth, familyOf } from '../../packet/address.ts';
import type { Address } from '../../packet/address.ts';
import { prefixMask } from '../../packet/prefix.ts';
import type { AddressTest, Chain } from '../../ruleset/iptables/values/rule-set.ts';

/**
 * Which rules of a long chain a packet can meet at all: those for its destination alone, and those
 * that do not name one address. The others fail in their base tests, which nothing can see happen.
 */
interface ChainIndex {
  readonly byDestination: ReadonlyMap<Address, readonly number[]>;
  readonly others: readonly number[];
}

/** Shorter chains are as fast to read through. */
const INDEXED_FROM_RULES = 16;

const indexes = new WeakMap<Chain, ChainIndex>();

const namesOneAddress = (test: AddressTest | undefined): test is AddressTest => {
  if (test === undefined || test.inverted) return false;
  const family = familyOf(test.address);
  return test.mask === prefixMask(family, addressWidth(family));
};

const indexOf = (chain: Chain): ChainIndex => {
  const known = indexes.get(chain);
  if (known !== undefined) return known;
  const byDestination = new Map<Address, number[]>();
  const others: number[] = [];
  for (const [number, { destination }] of chain.rules.entries()) {
    if (namesOneAddress(destination)) {
      const same = byDestination.get(destination.address);
      if (same === undefined) byDestination.set(destination.address, [number]);
      else same.push(number);
    } else {
      others.push(number);
    }
  }
  const index = { byDestination, others };
  indexes.set(chain, index);
  return index;
};

/** The first of ascending numbers that is not below `from`. */
const firstFrom = (numbers: readonly number[], from: number): number => {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  return numbers[low] ?? Number.POSITIVE_INFINITY;
};

const NONE: readonly number[] = [];

/** Index of the first rule from `from` on that a packet to this destination can meet; the chain's length where there is none. */
export const nextCandidate = (chain: Chain, from: number, destination: Address): number => {
  const { length } = chain.rules;
  if (length < INDEXED_FROM_RULES) return from;
  const { byDestination, others } = indexOf(chain);
  return Math.min(firstFrom(byDestination.get(destination) ?? NONE, from), firstFrom(others, from), length);
};
