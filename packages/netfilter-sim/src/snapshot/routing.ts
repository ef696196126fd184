import { newRouting } from '../fib/lookup.ts';
import type { Routing } from '../fib/lookup.ts';
import { TABLE } from '../fib/route.ts';
import type { PolicyRule, Route } from '../fib/route.ts';
import type { Interface } from '../host/interface.ts';
import { familyOf } from '../packet/address.ts';
import type { Family } from '../packet/address.ts';
import { printPrefix } from '../packet/prefix.ts';
import { derivedRoutes } from './derived-routes.ts';
import type { RouteMaking } from './derived-routes.ts';
import type { Note } from './note.ts';

interface Given {
  /** The file that they are, or would be, in. */
  readonly file: string;
  readonly routes: readonly Route[];
  readonly rules: readonly PolicyRule[] | undefined;
}

/** The routing of one family: the routes and rules that were given, and those that a kernel has besides. */
export const routingOf = (
  family: Family,
  { file, routes, rules }: Given,
  { interfaces, by, notes }: { readonly interfaces: readonly Interface[]; readonly by: RouteMaking; readonly notes: Note[] },
): Routing => {
  const own = routes.filter(({ destination }) => familyOf(destination.address) === family);
  const added = missingOf(own, derivedRoutes(interfaces, family, by));
  const loopbacks = new Set(interfaces.filter(({ loopback }) => loopback).map(({ name }) => name));
  if (added.some(({ nextHops }) => nextHops.some(({ device }) => !loopbacks.has(device)))) {
    notes.push({ kind: 'routes-derived', family, file, what: own.length === 0 ? 'all' : 'local' }, ...networksTwice(added));
  }
  const all = [...own, ...added];
  const made = family === 'ipv6' ? { ...newRouting(all, rules ?? IPV6_RULES), merged: undefined } : newRouting(all, rules);
  const unlisted = own.some(({ table }) => table === TABLE.local) ? new Set<number>() : unlistedIn(made);
  if (unlisted.size === 0) return made;
  notes.push({ kind: 'tables-missing', family, file, tables: [...unlisted] });
  return { ...made, unlisted };
};

/** Where not even the local table was listed, other tables were not either. */
const unlistedIn = ({ rules, tables }: Routing): ReadonlySet<number> =>
  new Set(
    rules.flatMap(({ action }) => (action.kind === 'lookup' && !USUAL.has(action.table) && !tables.has(action.table) ? [action.table] : [])),
  );

const USUAL: ReadonlySet<number> = new Set(Object.values(TABLE));

/** `ip route` shows table main alone, unless asked for more: a kernel with addresses has a local table. */
const missingOf = (given: readonly Route[], derived: readonly Route[]): readonly Route[] => {
  if (given.length === 0) return derived;
  return given.some(({ table }) => table === TABLE.local) ? [] : derived.filter(({ table }) => table === TABLE.local);
};

/** Of two routes to one network with the same metric the older wins. */
const networksTwice = (routes: readonly Route[]): readonly Note[] => {
  const devices = new Map<string, string[]>();
  for (const { type, destination, metric, nextHops } of routes) {
    const key = `${printPrefix(destination)} ${metric}`;
    if (type === 'unicast') devices.set(key, [...(devices.get(key) ?? []), ...nextHops.map(({ device }) => device)]);
  }
  return [...devices].flatMap(([key, found]): readonly Note[] => {
    const [network = ''] = key.split(' ');
    return found.length < 2 ? [] : [{ kind: 'network-twice', network, devices: found }];
  });
};

/** IPv6 has no table 253 and never merges local and main (net/ipv6/fib6_rules.c, 6.12). */
const IPV6_RULES: readonly PolicyRule[] = [
  { priority: 0, inverted: false, action: { kind: 'lookup', table: 255 } },
  { priority: 32_766, inverted: false, action: { kind: 'lookup', table: 254 } },
];
