import { routingKey } from '../fib/key.ts';
import { lookup } from '../fib/lookup.ts';
import type { ChooseHop, RoutingError, RoutingKey } from '../fib/lookup.ts';
import type { NextHop, Realms, Route } from '../fib/route.ts';
import { interfaceNamed, isDeviceUp, LOOPBACK } from '../host/host.ts';
import type { Host } from '../host/host.ts';
import { addressesOf, isLocalMulticast, isLoopbackAddress, isMulticast, isThisNetwork } from '../host/interface.ts';
import { effective } from '../host/sysctl.ts';
import { addressBits, anyAddress } from '../packet/address.ts';
import type { Address } from '../packet/address.ts';
import { protocolOf } from '../packet/packet.ts';
import type { Packet } from '../packet/packet.ts';
import { PROTOCOL } from '../packet/protocol.ts';
import { realmsOfSource, realmsTowards } from './realms.ts';
import { isLinkLocal } from './source-ipv6.ts';

/** Where a packet that came in by a device goes. */
export type InputRoute =
  | {
      readonly kind: 'local';
      readonly type: 'local' | 'broadcast' | 'multicast' | 'anycast';
      readonly boundTo: string;
      /** `undefined`: groups need no route. */
      readonly route: Route | undefined;
      readonly realms: Realms;
    }
  | { readonly kind: 'forward'; readonly route: Route; readonly nextHop: NextHop; readonly realms: Realms }
  /** The sender hears about it, if the host is a router. */
  | { readonly kind: 'error'; readonly error: RoutingError; readonly tell: boolean }
  /** Silently thrown away. */
  | { readonly kind: 'drop'; readonly reason: 'martian-source' | 'martian-destination' | 'reverse-path' | 'not-a-router' };

const LIMITED_BROADCAST = 0xffff_ffffn;

/** `ip_route_input_slow` (net/ipv4/route.c, 6.12) and `ip6_route_input` (net/ipv6/route.c). */
export const routeInput = (host: Host, packet: Packet, by: Arrival): InputRoute =>
  packet.family === 'ipv4' ? routeInputIpv4(host, packet, by) : routeInputIpv6(host, packet, by);

/** How a packet came in. */
export interface Arrival {
  readonly device: string;
  readonly mark: number;
  /** As in `RoutingKey`. */
  readonly chooseHop?: ChooseHop;
}

const keyOf = (packet: Packet, { device, mark, chooseHop }: Arrival): RoutingKey => ({
  ...routingKey(packet, mark, device),
  ...(chooseHop === undefined ? {} : { chooseHop }),
});

const drop = (reason: (InputRoute & { readonly kind: 'drop' })['reason']): InputRoute => ({ kind: 'drop', reason });

const routeInputIpv4 = (host: Host, packet: Packet, by: Arrival): InputRoute => {
  const { device, mark } = by;
  const { src, dst } = packet;
  const { forwarding, routeLocalnet } = effective(host.sysctls, device);
  const sourceBits = addressBits(src);
  const destination = addressBits(dst);
  if (isMulticast(src) || sourceBits === LIMITED_BROADCAST) return drop('martian-source');
  if (isMulticast(dst)) return routeGroup(host, packet, device, mark);
  if (destination === LIMITED_BROADCAST || (sourceBits === 0n && destination === 0n)) {
    return onLink('broadcast', fromLink(host, packet, device, mark), device);
  }
  if (isThisNetwork(src, host.kernelVersion)) return drop('martian-source');
  if (isThisNetwork(dst, host.kernelVersion)) return drop('martian-destination');
  if (isLoopbackAddress(dst) && !routeLocalnet) return drop('martian-destination');
  if (isLoopbackAddress(src) && !routeLocalnet) return drop('martian-source');

  const found = lookup(host.routing.ipv4, keyOf(packet, by), isDeviceUp(host));
  if (found.kind === 'error') return { kind: 'error', error: forwarding ? found.error : 'unreachable', tell: forwarding };
  const { route, nextHop } = found;
  const source = validateSource(host, packet, { device, mark, outDevice: route.type === 'unicast' ? nextHop.device : undefined });
  switch (route.type) {
    case 'local':
    case 'broadcast':
      return source.kind === 'refused' ? source.route : { kind: 'local', type: route.type, boundTo: nextHop.device, route, realms: source.realms };
    case 'unicast':
      if (!forwarding) return drop('not-a-router');
      if (source.kind === 'refused') return source.route;
      return { kind: 'forward', route, nextHop, realms: realmsTowards(host.routing.ipv4, found, source.realms) };
    case 'unspec':
    case 'anycast':
    case 'multicast':
    case 'blackhole':
    case 'unreachable':
    case 'prohibit':
    case 'throw':
      return drop('martian-destination');
  }
};

/** `ip_route_input_mc` and `ip_mc_validate_source`: one without an address yet may ask its link, or join a group. */
const routeGroup = (host: Host, packet: Packet, device: string, mark: number): InputRoute => {
  const { src, dst } = packet;
  const nameless = isThisNetwork(src, host.kernelVersion);
  if (nameless && !isLocalMulticast(dst) && protocolOf(packet) !== PROTOCOL.igmp) return drop('martian-source');
  if (isLoopbackAddress(src) && !effective(host.sysctls, device).routeLocalnet) return drop('martian-source');
  return onLink('multicast', fromLink(host, packet, device, mark), device);
};

const onLink = (type: 'broadcast' | 'multicast', source: SourceCheck, device: string): InputRoute =>
  source.kind === 'refused' ? source.route : { kind: 'local', type, boundTo: device, route: undefined, realms: source.realms };

/** What is said of a packet's source: that it may not come from there, or what its realms are. */
type SourceCheck = { readonly kind: 'refused'; readonly route: InputRoute } | { readonly kind: 'passed'; readonly realms: Realms };

const refused = (reason: (InputRoute & { readonly kind: 'drop' })['reason']): SourceCheck => ({ kind: 'refused', route: drop(reason) });

const PASSED: SourceCheck = { kind: 'passed', realms: 0 };

/** Whether what goes to all on a link may come from there; one without an address yet may ask (`ip_mc_validate_source`). */
const fromLink = (host: Host, packet: Packet, device: string, mark: number): SourceCheck =>
  isThisNetwork(packet.src, host.kernelVersion)
    ? PASSED
    : validateSource(host, { ...packet, dst: anyAddress('ipv4') }, { device, mark, outDevice: undefined });

/** `fib_validate_source` (net/ipv4/fib_frontend.c, 6.12). */
const validateSource = (
  host: Host,
  packet: Packet,
  { device, mark, outDevice }: { readonly device: string; readonly mark: number; readonly outDevice: string | undefined },
): SourceCheck => {
  const { rpFilter, acceptLocal, srcValidMark, sendRedirects } = effective(host.sysctls, device);
  const custom = host.routing.ipv4.merged === undefined;
  // Packets that go back where they came from get the full check: a redirect may be due.
  if (rpFilter === 0 && !host.routing.ipv4.usesRealms && (device !== outDevice || !sendRedirects)) {
    if (acceptLocal) return PASSED;
    if (!custom) {
      const ours = host.interfaces.some((other) => other.addresses.some(({ address }) => address === packet.src));
      return ours ? refused('martian-source') : PASSED;
    }
  }
  return checkReversePath(host, packet, { device, outDevice, rpFilter, acceptLocal, mark: srcValidMark ? mark : 0 });
};

interface ReversePath {
  readonly device: string;
  /** Where the packet leaves; the answer would come in there. */
  readonly outDevice: string | undefined;
  readonly rpFilter: number;
  readonly acceptLocal: boolean;
  readonly mark: number;
}

const checkReversePath = (
  host: Host,
  packet: Packet,
  { device, outDevice = LOOPBACK, rpFilter, acceptLocal, mark }: ReversePath,
): SourceCheck => {
  const failed = rpFilter === 0 ? PASSED : refused('reverse-path');
  const key = { ...routingKey(packet, mark, outDevice), source: packet.dst, destination: packet.src };
  const back = lookup(host.routing.ipv4, key, isDeviceUp(host));
  if (back.kind === 'error') return failed;
  if (back.route.type !== 'unicast' && (back.route.type !== 'local' || !acceptLocal)) return refused('martian-source');
  const passed: SourceCheck = { kind: 'passed', realms: realmsOfSource(host.routing.ipv4, back) };
  const byThisDevice = back.route.nextHops.some((hop) => hop.device === device);
  if (byThisDevice || (back.route.type === 'local' && device === LOOPBACK)) return passed;
  const own = interfaceNamed(host, device);
  // Without an address of its own a device is strict even in loose mode.
  if (own === undefined || addressesOf(own, 'ipv4').length === 0) return failed;
  return rpFilter === 1 ? refused('reverse-path') : passed;
};

const routeInputIpv6 = (host: Host, packet: Packet, by: Arrival): InputRoute => {
  const { device } = by;
  const { dst } = packet;
  if (isMulticast(dst)) return { kind: 'local', type: 'multicast', boundTo: device, route: undefined, realms: 0 };
  const key = keyOf(packet, by);
  const found = lookup(host.routing.ipv6, staysOnLink(dst) ? { ...key, outDevice: device } : key, isDeviceUp(host));
  if (found.kind === 'error') return { kind: 'error', error: found.error, tell: true };
  const { route, nextHop } = found;
  if (route.type === 'local' || route.type === 'anycast') return { kind: 'local', type: route.type, boundTo: nextHop.device, route, realms: 0 };
  return host.sysctls.ipv6Forwarding ? { kind: 'forward', route, nextHop, realms: 0 } : drop('not-a-router');
};

/** `rt6_need_strict` (net/ipv6/route.c, 6.12): only routes by the device that it came in by count. */
const staysOnLink = (destination: Address): boolean => isLoopbackAddress(destination) || isLinkLocal(destination);
