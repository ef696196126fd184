import { SCOPE, TABLE } from '../fib/route.ts';
import type { Route, RouteType } from '../fib/route.ts';
import { addressesOf, isLoopbackAddress, isThisNetwork } from '../host/interface.ts';
import type { Interface, InterfaceAddress } from '../host/interface.ts';
import { atLeast } from '../kernel-version.ts';
import type { KernelVersion } from '../kernel-version.ts';
import { addressBits, addressFromBits, addressWidth, familyOf, anyAddress } from '../packet/address.ts';
import type { Address, Family } from '../packet/address.ts';
import { prefixContains, prefixMask, prefixOf, printPrefix } from '../packet/prefix.ts';
import type { Prefix } from '../packet/prefix.ts';

/** What besides its addresses decides on the routes that a host gets. */
export interface RouteMaking {
  readonly version: KernelVersion;
  /** `net.ipv6.conf.all.forwarding`: a router also answers to the lowest address of each network. */
  readonly ipv6Forwarding: boolean;
}

/** The routes that the kernel makes of addresses by itself: for a node whose routes were not given. */
export const derivedRoutes = (interfaces: readonly Interface[], family: Family, by: RouteMaking): readonly Route[] => {
  const made = interfaces.flatMap((device) =>
    family === 'ipv4'
      ? addressesOf(device, 'ipv4').flatMap((own) => routesOfIpv4(device, own, by))
      : [...addressesOf(device, 'ipv6').flatMap((own) => routesOfIpv6(device, own, by)), ...groupsOf(device)],
  );
  // What is there already is not added again.
  return [...new Map(made.map((route) => [JSON.stringify({ ...route, destination: printPrefix(route.destination) }), route])).values()];
};

/** A VRF has a table of its own. */
const tableFor = ({ link }: Interface, type: RouteType): number => link?.table ?? (type === 'unicast' ? TABLE.main : TABLE.local);

const wholeAddress = (address: Address): Prefix => prefixOf(address, addressWidth(familyOf(address)));

/** `fib_add_ifaddr` and `fib_magic` (net/ipv4/fib_frontend.c, 6.12). */
const routesOfIpv4 = (device: Interface, own: InterfaceAddress, { version }: RouteMaking): readonly Route[] => {
  const { address, prefixLength, peer = address, secondary } = own;
  const network = prefixOf(peer, prefixLength);
  const { address: source } = secondary ? primaryOf(device, own) : own;
  const route = (type: RouteType, destination: Prefix, metric = 0): Route => ({
    type,
    destination,
    table: tableFor(device, type),
    tos: 0,
    metric,
    scope: type === 'local' ? SCOPE.host : SCOPE.link,
    preferredSource: source,
    nextHops: [{ device: device.name, weight: 1 }],
  });
  // An address is the host's own even on a device that is down; the network of `lo` outlives its going down.
  const isUp = device.up || device.loopback;
  const all = addressFromBits('ipv4', addressBits(network.address) | (~prefixMask('ipv4', prefixLength) & 0xffff_ffffn));
  const hasNetwork = isUp && !isThisNetwork(network.address, version) && !secondary && (network.address !== address || prefixLength < 32);
  const explicit = isUp && own.broadcast !== undefined && own.broadcast !== '255.255.255.255' ? [own.broadcast] : [];
  // Until 5.14 the lowest address was for all as well (58fee5fc8365).
  const implied = hasNetwork && prefixLength < 31 ? [...(atLeast(version, 5, 14) ? [] : [network.address]), all] : [];
  return [
    route('local', wholeAddress(address)),
    ...explicit.map((to) => route('broadcast', wholeAddress(to))),
    ...(hasNetwork && own.noPrefixRoute !== true ? [route(device.loopback ? 'local' : 'unicast', network, own.metric ?? 0)] : []),
    ...implied.map((to) => route('broadcast', wholeAddress(to))),
  ];
};

/** `inet_ifa_byprefix` (net/ipv4/devinet.c): whose network a further address of it is in. */
const primaryOf = (device: Interface, own: InterfaceAddress): InterfaceAddress =>
  addressesOf(device, 'ipv4').find(
    (other) =>
      !other.secondary &&
      other.prefixLength === own.prefixLength &&
      prefixContains(prefixOf(other.peer ?? other.address, other.prefixLength), own.peer ?? own.address),
  ) ?? own;

/** IP6_RT_PRIO_ADDRCONF (include/net/ip6_route.h). */
const METRIC_IPV6 = 256;
/** Networks with fewer addresses have no lowest one for routers (`addrconf_join_anycast`; RFC 6164). */
const ANYCAST_LENGTH_MAX = 126;

const routeIpv6 = (device: Interface, type: RouteType, destination: Prefix, metric: number): Route => ({
  type,
  destination,
  table: tableFor(device, type),
  tos: 0,
  metric,
  scope: SCOPE.universe,
  nextHops: [{ device: device.name, weight: 1 }],
});

/** `inet6_addr_add`, `fixup_permanent_addr` and `__ipv6_ifa_notify` (net/ipv6/addrconf.c, 6.12). */
const routesOfIpv6 = (device: Interface, own: InterfaceAddress, { ipv6Forwarding }: RouteMaking): readonly Route[] => {
  const { address, prefixLength, peer } = own;
  // Whether the address is unique is not yet known: nobody reaches it by now.
  const usable = own.tentative !== true || own.optimistic === true;
  const network = prefixOf(address, prefixLength);
  const metric = own.metric ?? METRIC_IPV6;
  const lowest = network.address;
  const isOwn = lowest === anyAddress('ipv6') || device.addresses.some((other) => other.address === lowest);
  const anycast = ipv6Forwarding && usable && prefixLength <= ANYCAST_LENGTH_MAX && !isOwn;
  return [
    ...(usable ? [routeIpv6(device, 'local', wholeAddress(address), 0)] : []),
    ...(anycast ? [routeIpv6(device, 'anycast', wholeAddress(lowest), 0)] : []),
    ...(device.up && own.noPrefixRoute !== true && !isLoopbackAddress(address) ? [routeIpv6(device, 'unicast', network, metric)] : []),
    ...(device.up && usable && peer !== undefined ? [routeIpv6(device, 'unicast', wholeAddress(peer), metric)] : []),
  ];
};

/** Groups are on every link that speaks IPv6 (`addrconf_add_mroute`). */
const groupsOf = (device: Interface): readonly Route[] =>
  device.up && !device.loopback && addressesOf(device, 'ipv6').length > 0
    ? [routeIpv6(device, 'multicast', prefixOf('ff00::' as Address, 8), METRIC_IPV6)]
    : [];
