import { familyOf } from '../packet/address.ts';
import type { Address } from '../packet/address.ts';
import { prefixContains } from '../packet/prefix.ts';
import type { Prefix } from '../packet/prefix.ts';
import { TABLE } from './route.ts';
import type { NextHop, PolicyRule, Route } from './route.ts';
import { candidates, indexRoutes } from './table.ts';
import type { RouteIndex } from './table.ts';

/** The routing tables and rules of one address family. */
export interface Routing {
  readonly routes: readonly Route[];
  /** By ascending priority. */
  readonly rules: readonly PolicyRule[];
  /** By the table's number. */
  readonly tables: ReadonlyMap<number, RouteIndex>;
  /**
   * Local and main table in one, while no rule of one's own was ever added, else `undefined`: then a longer prefix of main beats a
   * shorter local one (`fib_lookup`, include/net/ip_fib.h, 6.12).
   */
  readonly merged: RouteIndex | undefined;
  /** Tables that rules look into, and of which nobody told what is in them; absent: there are none such. */
  readonly unlisted?: ReadonlySet<number>;
  /** Some route or rule has realms. */
  readonly usesRealms: boolean;
}

/** What a packet shows to routing (`struct flowi`). */
export interface RoutingKey {
  /** Absent: not chosen yet. */
  readonly source?: Address;
  readonly destination: Address;
  /** The type of service octet; of IPv6, the traffic class. */
  readonly tos: number;
  /** 32 bits unsigned. */
  readonly mark: number;
  /** IP's number of the protocol, 0 to 255. */
  readonly protocol: number;
  /** 0 to 65535; absent where the protocol has none: rules with ports fit only where there is one. */
  readonly sport?: number;
  /** 0 to 65535; absent where the protocol has none. */
  readonly dport?: number;
  /** Where the packet came in; `lo` for packets of the host itself. */
  readonly inDevice: string;
  /**
   * Who owns the socket that sends; absent, as of what arrives: root (`ip_route_input_slow`, net/ipv4/route.c, 6.12; seen for both
   * families on 6.18).
   */
  readonly uid?: number;
  /** The route must leave by this device; absent: by any. */
  readonly outDevice?: string;
  /** Asked where a route has several next hops; else the first is taken. */
  readonly chooseHop?: ChooseHop;
}

/** Which of several next hops, all of them usable, a flow takes. */
export type ChooseHop = (hops: readonly NextHop[], key: RoutingKey) => NextHop | undefined;

/** Why there is no route: which error a sender would see. */
export type RoutingError = 'unreachable' | 'prohibited' | 'blackhole' | 'no-route';

/** What a lookup comes to. */
export type LookupResult =
  | {
      readonly kind: 'route';
      readonly route: Route;
      readonly nextHop: NextHop;
      /** That led to the table; absent where the tables are one, and no rule is asked. */
      readonly rule?: PolicyRule;
    }
  | { readonly kind: 'error'; readonly error: RoutingError };

/** A rule fits that looks into a table of which nobody told what is in it. */
export interface Unlisted {
  readonly kind: 'unlisted';
  readonly rule: PolicyRule;
}

/** Whether a device can carry a packet; routes by others do not count. */
export type DeviceUp = (device: string) => boolean;

export const ROOT = 0;

const DEFAULT_RULES: readonly PolicyRule[] = [
  { priority: 0, inverted: false, action: { kind: 'lookup', table: TABLE.local } },
  { priority: 32_766, inverted: false, action: { kind: 'lookup', table: TABLE.main } },
  { priority: 32_767, inverted: false, action: { kind: 'lookup', table: TABLE.default } },
];

/** Priority, inversion and action are what every rule has: a rule with more selects something. */
const selectsNothing = (rule: PolicyRule): boolean => !rule.inverted && Object.keys(rule).length === 3;

const isDefault = (rules: readonly PolicyRule[]): boolean =>
  rules.length === DEFAULT_RULES.length &&
  rules.every(
    (rule, at) =>
      selectsNothing(rule) &&
      rule.action.kind === 'lookup' &&
      DEFAULT_RULES[at]?.action.kind === 'lookup' &&
      rule.action.table === DEFAULT_RULES[at].action.table,
  );

/** Routes and rules, ready to be looked up; without rules the three usual ones. @param rules in any order; each of the family's */
export const newRouting = (routes: readonly Route[], rules: readonly PolicyRule[] = DEFAULT_RULES): Routing => {
  const tables = new Map<number, RouteIndex>();
  for (const table of new Set(routes.map((route) => route.table))) {
    tables.set(table, indexRoutes(routes.filter((route) => route.table === table)));
  }
  const ownHost = routes.filter(({ table }) => table === TABLE.local || table === TABLE.main);
  return {
    routes,
    rules: rules.toSorted((a, b) => a.priority - b.priority),
    tables,
    merged: isDefault(rules) ? indexRoutes(ownHost) : undefined,
    usesRealms: [...rules, ...routes.flatMap(({ nextHops }) => nextHops)].some(({ realms }) => realms !== undefined && realms !== 0),
  };
};

/** `fib_lookup` and `fib_rules_lookup` (6.12); a table of which nobody told what is in it is taken to be empty. */
export const lookup = (routing: Routing, key: RoutingKey, isUp: DeviceUp): LookupResult => {
  const found = lookupListed({ ...routing, unlisted: NO_TABLES }, key, isUp);
  return found.kind === 'unlisted' ? { kind: 'error', error: 'no-route' } : found;
};

const NO_TABLES: ReadonlySet<number> = new Set();

/** The same, up to the first table that it would need and that is not known. */
export const lookupListed = (routing: Routing, key: RoutingKey, isUp: DeviceUp): LookupResult | Unlisted => {
  if (routing.merged !== undefined) {
    const found = lookupTable(routing.merged, key, isUp) ?? lookupTable(routing.tables.get(TABLE.default), key, isUp);
    return found ?? { kind: 'error', error: 'no-route' };
  }
  let from = 0;
  for (const rule of routing.rules) {
    if (rule.priority < from || !ruleFits(rule, key)) continue;
    const { action } = rule;
    switch (action.kind) {
      case 'nop':
        break;
      case 'goto':
        from = action.priority;
        break;
      case 'blackhole':
      case 'unreachable':
        return { kind: 'error', error: action.kind === 'unreachable' ? 'no-route' : 'blackhole' };
      case 'prohibit':
        return { kind: 'error', error: 'prohibited' };
      case 'lookup': {
        if (routing.unlisted?.has(action.table) === true) return { kind: 'unlisted', rule };
        const found = lookupTable(routing.tables.get(action.table), key, isUp);
        if (found !== undefined && !suppressed(rule, found)) return found.kind === 'route' ? { ...found, rule } : found;
      }
    }
  }
  return { kind: 'error', error: 'no-route' };
};

const suppressed = ({ suppressPrefixLength }: PolicyRule, found: LookupResult): boolean =>
  suppressPrefixLength !== undefined &&
  found.kind === 'route' &&
  found.route.destination.length <= suppressPrefixLength;

/** Whether a rule takes a packet. */
export const ruleFits = (rule: PolicyRule, key: RoutingKey): boolean => {
  const prefixFits = (prefix: Prefix | undefined, address: Address | undefined): boolean =>
    prefix === undefined || prefix.length === 0 || (address !== undefined && prefixContains(prefix, address));
  const portFits = (ports: PolicyRule['sourcePorts'], port: number | undefined): boolean =>
    ports === undefined || (port !== undefined && port >= ports.min && port <= ports.max);
  const fits =
    prefixFits(rule.source, key.source) &&
    prefixFits(rule.destination, key.destination) &&
    (rule.inDevice === undefined || rule.inDevice === key.inDevice) &&
    (rule.outDevice === undefined || rule.outDevice === key.outDevice) &&
    (rule.mark === undefined || ((key.mark ^ rule.mark.value) & rule.mark.mask) === 0) &&
    (rule.uids === undefined || ((key.uid ?? ROOT) >= rule.uids.min && (key.uid ?? ROOT) <= rule.uids.max)) &&
    (rule.tos === undefined || rule.tos === 0 || rule.tos === key.tos) &&
    (rule.protocol === undefined || rule.protocol === key.protocol) &&
    portFits(rule.sourcePorts, key.sport) &&
    portFits(rule.destinationPorts, key.dport);
  return fits !== rule.inverted;
};

/** `undefined`: the table has nothing to say (a miss or a `throw`), the next rule is asked. */
const lookupTable = (index: RouteIndex | undefined, key: RoutingKey, isUp: DeviceUp): LookupResult | undefined => {
  if (index === undefined) return undefined;
  for (const route of candidates(index, key.destination)) {
    if (route.tos !== 0 && route.tos !== key.tos) continue;
    if (isElsewhere(route, key)) continue;
    switch (route.type) {
      case 'blackhole':
        return { kind: 'error', error: 'blackhole' };
      case 'unreachable':
        return { kind: 'error', error: 'unreachable' };
      case 'prohibit':
        return { kind: 'error', error: 'prohibited' };
      case 'throw':
        return undefined;
      case 'unspec':
      case 'unicast':
      case 'local':
      case 'broadcast':
      case 'anycast':
      case 'multicast': {
        const nextHop = hopOf(route.nextHops.filter((hop) => usable(route, hop, key, isUp)), key);
        if (nextHop !== undefined) return { kind: 'route', route, nextHop };
      }
    }
  }
  return undefined;
};

/** In IPv6 a route that rejects belongs to a device too, `lo` (`ip6_route_info_create`, net/ipv6/route.c, 6.12). */
const isElsewhere = ({ type, destination, nextHops }: Route, { outDevice }: RoutingKey): boolean =>
  outDevice !== undefined &&
  ['unreachable', 'prohibit', 'blackhole'].includes(type) &&
  familyOf(destination.address) === 'ipv6' &&
  nextHops[0]?.device !== outDevice;

/** Whoever decides on the device leaves nothing to choose (`fib_select_path`, net/ipv4/fib_semantics.c, 6.12). */
const hopOf = (hops: readonly NextHop[], key: RoutingKey): NextHop | undefined =>
  hops.length > 1 && key.outDevice === undefined ? (key.chooseHop?.(hops, key) ?? hops[0]) : hops[0];

/** Local addresses stay reachable on a device that is down (`fib_sync_down_dev`, 6.12, spares them). */
const usable = (route: Route, hop: NextHop, key: RoutingKey, isUp: DeviceUp): boolean =>
  (isUp(hop.device) || route.type === 'local') &&
  (key.outDevice === undefined || key.outDevice === hop.device);
