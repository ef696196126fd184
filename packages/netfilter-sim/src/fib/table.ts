import { addressBits, addressWidth, familyOf } from '../packet/address.ts';
import type { Address } from '../packet/address.ts';
import type { Route } from './route.ts';

/** The routes of one table (or of two merged ones), ready for longest-prefix match. */
export interface RouteIndex {
  /** Longest first. */
  readonly lengths: readonly number[];
  /** By prefix length, then by the prefix's bits: routes in the order in which the kernel tries them. */
  readonly byLength: ReadonlyMap<number, ReadonlyMap<bigint, readonly Route[]>>;
}

/**
 * Within one prefix: a set type of service first, then the lower metric; of equals the local table's
 * (`fib_table_lookup`, net/ipv4/fib_trie.c, 6.12).
 */
const byPreference = (a: Route, b: Route): number => b.tos - a.tos || a.metric - b.metric || b.table - a.table;

export const indexRoutes = (routes: readonly Route[]): RouteIndex => {
  const byLength = new Map<number, Map<bigint, Route[]>>();
  for (const route of routes) {
    const { length, address } = route.destination;
    const prefixes = byLength.get(length) ?? new Map<bigint, Route[]>();
    const bits = addressBits(address);
    prefixes.set(bits, [...(prefixes.get(bits) ?? []), route]);
    byLength.set(length, prefixes);
  }
  for (const prefixes of byLength.values()) {
    for (const same of prefixes.values()) same.sort(byPreference);
  }
  return { lengths: [...byLength.keys()].sort((a, b) => b - a), byLength };
};

/** Every route that contains the address, best first. */
export const candidates = function* candidates(index: RouteIndex, address: Address): Generator<Route> {
  const bits = addressBits(address);
  const width = BigInt(addressWidth(familyOf(address)));
  for (const length of index.lengths) {
    const shift = width - BigInt(length);
    yield* index.byLength.get(length)?.get((bits >> shift) << shift) ?? [];
  }
};
