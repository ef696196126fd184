import { isDeviceUp, LOOPBACK } from '../host/host.ts';
import type { Host } from '../host/host.ts';
import { isLoopbackAddress, isMulticast, selectSource } from '../host/interface.ts';
import { effective } from '../host/sysctl.ts';
import { addressBits, anyAddress, familyOf } from '../packet/address.ts';
import type { Address } from '../packet/address.ts';
import { lookup } from './lookup.ts';
import type { RoutingError, RoutingKey } from './lookup.ts';
import { SCOPE } from './route.ts';
import type { NextHop, RouteType } from './route.ts';
import { selectSourceIpv6 } from './source-ipv6.ts';

/** Where a packet of the host itself goes, and the source that it gets where it has none. */
export type OutputRoute =
  | {
      readonly kind: 'route';
      readonly type: RouteType;
      /** `lo` where the destination is the host itself. */
      readonly device: string;
      /** The device that the route names. */
      readonly boundTo: string;
      readonly gateway: Address | undefined;
      readonly source: Address | undefined;
      /** The route names the source. */
      readonly preferred: boolean;
    }
  | { readonly kind: 'error'; readonly error: RoutingError | 'invalid-source' };

/** `ip_route_output_key_hash_rcu` (net/ipv4/route.c, 6.12) and `ip6_route_output`. */
export const routeOutput = (host: Host, key: RoutingKey): OutputRoute => {
  const { destination } = key;
  const family = familyOf(destination);
  if (key.source !== undefined && family === 'ipv4' && !canBeSource(key.source)) {
    return { kind: 'error', error: 'invalid-source' };
  }
  const found = lookup(host.routing[family], key, isDeviceUp(host));
  if (found.kind === 'error') return { kind: 'error', error: found.error };
  const { route, nextHop } = found;
  if (route.type === 'local' || route.type === 'anycast') {
    return {
      kind: 'route',
      type: route.type,
      device: LOOPBACK,
      boundTo: nextHop.device,
      gateway: undefined,
      source: key.source ?? route.preferredSource ?? destination,
      preferred: route.preferredSource !== undefined,
    };
  }
  // __mkroute_output: loopback addresses stay on the host.
  if (key.source !== undefined && family === 'ipv4' && isLoopbackAddress(key.source) && nextHop.device !== LOOPBACK) {
    if (!effective(host.sysctls, nextHop.device).routeLocalnet) return { kind: 'error', error: 'invalid-source' };
  }
  return {
    kind: 'route',
    type: route.type,
    device: nextHop.device,
    boundTo: nextHop.device,
    gateway: nextHop.gateway,
    source:
      key.source ??
      route.preferredSource ??
      sourceTowards(host, nextHop, destination),
    preferred: route.preferredSource !== undefined,
  };
};

/**
 * IPv4 looks at the next hop (`fib_info_update_nhc_saddr`, net/ipv4/fib_semantics.c, 6.12), with a scope
 * that takes in addresses for the link only; IPv6 looks at the destination.
 */
const sourceTowards = ({ interfaces }: Host, { device, gateway }: NextHop, destination: Address): Address | undefined =>
  familyOf(destination) === 'ipv4'
    ? selectSource(interfaces, device, gateway ?? anyAddress('ipv4'), SCOPE.link)
    : selectSourceIpv6(interfaces, { device, destination });

const canBeSource = (source: Address): boolean => {
  const bits = addressBits(source);
  return !isMulticast(source) && bits !== 0xffff_ffffn && bits >> 24n !== 0n;
};
