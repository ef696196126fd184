import { lookup } from '../fib/lookup.ts';
import type { RoutingError, RoutingKey } from '../fib/lookup.ts';
import { SCOPE } from '../fib/route.ts';
import type { NextHop, Realms, Route, RouteType } from '../fib/route.ts';
import { interfaceNamed, isDeviceUp, LOOPBACK } from '../host/host.ts';
import type { Host } from '../host/host.ts';
import {
  holderOf,
  isLimitedBroadcast,
  isLocalMulticast,
  isLoopbackAddress,
  isMulticast,
  isThisNetwork,
  selectSource,
} from '../host/interface.ts';
import { effective } from '../host/sysctl.ts';
import { atLeast } from '../kernel-version.ts';
import { addressBits, anyAddress, familyOf, loopbackAddress } from '../packet/address.ts';
import type { Address } from '../packet/address.ts';
import { realmsTowards } from './realms.ts';
import { selectSourceIpv6 } from './source-ipv6.ts';

/** Where a packet of the host itself goes, and the source that it gets where it has none. */
export type OutputRoute = FoundOutput | { readonly kind: 'error'; readonly error: RoutingError | 'invalid-source' };

interface FoundOutput {
  readonly kind: 'route';
  readonly type: RouteType;
  /** `lo` where the destination is the host itself. */
  readonly device: string;
  /** The device that the route names. */
  readonly boundTo: string;
  readonly gateway: Address | undefined;
  readonly source: Address | undefined;
  /** `undefined`: none was asked, or none fits and the destination is taken to be on the link. */
  readonly route: Route | undefined;
  readonly realms: Realms;
}

/** The route of a packet that the host sends, and the source that it gets where it has none. */
export const routeOutput = (host: Host, key: RoutingKey): OutputRoute =>
  familyOf(key.destination) === 'ipv4' ? routeOutputIpv4(host, key) : routeOutputIpv6(host, key);

/** `ip_route_output_key_hash_rcu` (net/ipv4/route.c, 6.12). */
const routeOutputIpv4 = (host: Host, key: RoutingKey): OutputRoute => {
  const { destination, source, outDevice } = key;
  if (source !== undefined && !canBeSource(host, source)) return { kind: 'error', error: 'invalid-source' };
  const toGroup = isMulticast(destination) || isLimitedBroadcast(destination);
  if (outDevice !== undefined) return routeByDevice(host, key, outDevice);
  if (source !== undefined && toGroup) {
    // Whose address it is decides, not the tables.
    const device = holderOf(host.interfaces, source);
    return device === undefined ? { kind: 'error', error: 'no-route' } : onLink(host, key, device);
  }
  if (addressBits(destination) === 0n) return toLoopback(key);
  return routeByTables(host, key);
};

/** Whoever sends decides on the device: what the tables do not know is taken to be on its link. */
const routeByDevice = (host: Host, key: RoutingKey, device: string): OutputRoute => {
  const { destination } = key;
  if (interfaceNamed(host, device)?.up !== true) return { kind: 'error', error: 'no-route' };
  if (isLocalMulticast(destination) || isLimitedBroadcast(destination)) return onLink(host, key, device);
  if (addressBits(destination) === 0n) {
    return toLoopback({ ...key, ...sourceIn(host, key, device, SCOPE.host) });
  }
  const sending = isMulticast(destination) ? { ...key, ...sourceIn(host, key, device, SCOPE.universe) } : key;
  const found = routeByTables(host, sending);
  const missed = found.kind === 'error' && found.error !== 'invalid-source';
  return missed ? onLink(host, sending, device) : found;
};

const routeByTables = (host: Host, key: RoutingKey): OutputRoute => {
  const { destination } = key;
  const found = lookup(host.routing.ipv4, { ...key, ...sourcesOwnHop(host, key) }, isDeviceUp(host));
  if (found.kind === 'error') return { kind: 'error', error: found.error };
  const { route, nextHop } = found;
  if (route.type === 'local') {
    const source = key.source ?? route.preferredSource ?? destination;
    return { kind: 'route', type: typeOf(destination, route), device: LOOPBACK, boundTo: nextHop.device, gateway: undefined, source, route, realms: realmsTowards(host.routing.ipv4, found) };
  }
  const source = key.source ?? route.preferredSource ?? sourceTowards(host, nextHop, destination);
  return makeRoute(host, key, { device: nextHop.device, gateway: nextHop.gateway, source, route, realms: realmsTowards(host.routing.ipv4, found) });
};

/**
 * `fib_select_multipath` (net/ipv4/fib_semantics.c) since 6.16: a hop by which the packet would have
 * got the source that it has comes first, the one that was drawn or the next after it.
 */
const sourcesOwnHop = (host: Host, { chooseHop, source }: RoutingKey): Pick<RoutingKey, 'chooseHop'> => {
  if (chooseHop === undefined || source === undefined || !atLeast(host.kernelVersion, 6, 16)) return {};
  return {
    chooseHop(hops, key) {
      const drawn = chooseHop(hops, key);
      const fits = (hop: NextHop): boolean => sourceTowards(host, hop, key.destination) === source;
      return hops.slice(drawn === undefined ? 0 : hops.indexOf(drawn)).find(fits) ?? hops.find(fits) ?? drawn;
    },
  };
};

/** The tables are not asked. */
const onLink = (host: Host, key: RoutingKey, device: string): OutputRoute =>
  makeRoute(host, key, { device, gateway: undefined, ...sourceIn(host, key, device, SCOPE.link), route: undefined, realms: 0 });

const toLoopback = ({ source = loopbackAddress('ipv4') }: RoutingKey): OutputRoute => ({
  kind: 'route',
  type: 'local',
  device: LOOPBACK,
  boundTo: LOOPBACK,
  gateway: undefined,
  source,
  route: undefined,
  realms: 0,
});

const sourceIn = (host: Host, key: RoutingKey, device: string, scope: number): { readonly source?: Address } => {
  const source = key.source ?? selectSource(host.interfaces, device, anyAddress('ipv4'), scope);
  return source === undefined ? {} : { source };
};

interface Way {
  readonly device: string;
  readonly gateway: Address | undefined;
  readonly source?: Address | undefined;
  readonly route: Route | undefined;
  readonly realms: Realms;
}

/** `__mkroute_output`: what a destination is follows from itself before it follows from its route. */
const typeOf = (destination: Address, route: Route | undefined): RouteType =>
  isLimitedBroadcast(destination) ? 'broadcast' : isMulticast(destination) ? 'multicast' : (route?.type ?? 'unicast');

const makeRoute = (host: Host, { destination }: RoutingKey, { device, gateway, source, route, realms }: Way): OutputRoute => {
  const staysHere = source !== undefined && isLoopbackAddress(source) && interfaceNamed(host, device)?.loopback !== true;
  if (staysHere && !effective(host.sysctls, device).routeLocalnet) return { kind: 'error', error: 'invalid-source' };
  const type = typeOf(destination, route);
  // A group has no gateway, unless a route was made for it.
  const direct = type === 'broadcast' || (type === 'multicast' && (route?.destination.length ?? 0) < 4);
  return { kind: 'route', type, device, boundTo: device, gateway: direct ? undefined : gateway, source, route, realms: direct ? 0 : realms };
};

/** `ip6_route_output` (net/ipv6/route.c, 6.12). */
const routeOutputIpv6 = (host: Host, key: RoutingKey): OutputRoute => {
  const { destination } = key;
  const found = lookup(host.routing.ipv6, key, isDeviceUp(host));
  if (found.kind === 'error') return { kind: 'error', error: found.error };
  const { route, nextHop } = found;
  const local = route.type === 'local' || route.type === 'anycast';
  return {
    kind: 'route',
    type: route.type,
    device: local ? LOOPBACK : nextHop.device,
    boundTo: nextHop.device,
    gateway: local ? undefined : nextHop.gateway,
    source: key.source ?? route.preferredSource ?? (local ? destination : sourceTowards(host, nextHop, destination)),
    route,
    realms: 0,
  };
};

/**
 * IPv4 looks at the next hop (`fib_info_update_nhc_saddr`, net/ipv4/fib_semantics.c, 6.12), with a scope
 * that takes in addresses for the link only; IPv6 looks at the destination.
 */
const sourceTowards = ({ interfaces }: Host, { device, gateway }: NextHop, destination: Address): Address | undefined =>
  familyOf(destination) === 'ipv4'
    ? selectSource(interfaces, device, gateway === undefined || familyOf(gateway) === 'ipv6' ? anyAddress('ipv4') : gateway, SCOPE.link)
    : selectSourceIpv6(interfaces, { device, destination });

const canBeSource = ({ kernelVersion }: Host, source: Address): boolean =>
  !isMulticast(source) && !isLimitedBroadcast(source) && !isThisNetwork(source, kernelVersion);
