import { routingKey } from '../fib/key.ts';
import type { RoutingKey } from '../fib/lookup.ts';
import type { Route } from '../fib/route.ts';
import type { Environment } from '../flight/environment.ts';
import type { Flight } from '../flight/flight.ts';
import { LOOPBACK } from '../host/host.ts';
import type { Host } from '../host/host.ts';
import { isMulticast } from '../host/interface.ts';
import { addressBits, anyAddress, familyOf, loopbackAddress } from '../packet/address.ts';
import type { Packet } from '../packet/packet.ts';
import { PROTOCOL } from '../packet/protocol.ts';
import { addressType } from '../routing/address-type.ts';
import { hasJoined } from '../routing/groups.ts';
import { routeInput } from '../routing/input.ts';
import { routeOutput } from '../routing/output.ts';
import type { OutputRoute } from '../routing/output.ts';
import { isLinkLocal } from '../routing/source-ipv6.ts';
import type { DropReason, SendError } from '../trace/disposition.ts';
import { vrfOf } from './absent.ts';
import { ask } from './ask.ts';
import { isRoutedOnBridge } from './bridge.ts';
import { sendError, UNREACHABLE } from './icmp-error.ts';
import { byErrorsQuote, chooseHop } from './multipath.ts';
import type { Routed } from './routed.ts';
import { whatIsMissing } from './undecided.ts';

const ON: Routed = { kind: 'on' };

/** The routing decision between PREROUTING and INPUT or FORWARD. */
export const routeArrived = (environment: Environment, flight: Flight): Routed => {
  const { host, trace } = environment;
  const { packet } = flight;
  const missing = whatIsMissing(environment, flight, routingKey(packet, flight.mark, flight.inDevice));
  if (missing !== undefined) return missing;
  const route = routeInput(host, packet, {
    device: flight.inDevice,
    mark: flight.mark,
    chooseHop: byErrorsQuote(packet, chooseHop(environment)),
  });
  switch (route.kind) {
    case 'local': {
      const heard = route.type === 'multicast' ? toMembers(environment, flight) : ON;
      if (heard.kind !== 'on' || flight.stage.kind === 'ended') return heard;
      flight.destination = { type: route.type, device: LOOPBACK, nextHop: packet.dst, realms: route.realms };
      trace.push({
        kind: 'routed',
        at: 'input',
        outcome: { kind: 'found', type: route.type, destination: packet.dst, device: LOOPBACK, boundTo: route.boundTo, gateway: undefined },
      });
      return ON;
    }
    case 'forward': {
      const { device, gateway } = route.nextHop;
      const vrf = vrfOf(host, device);
      if (vrf !== undefined) return vrf;
      flight.destination = { type: 'unicast', device, nextHop: gateway ?? packet.dst, ...mtuIn(route.route), realms: route.realms };
      flight.outDevice = device;
      trace.push({
        kind: 'routed',
        at: 'input',
        outcome: { kind: 'found', type: route.route.type, destination: packet.dst, device, boundTo: device, gateway },
      });
      return ON;
    }
    case 'error': {
      refuse(environment, flight, 'input', route.error);
      const silent = isRoutedOnBridge(environment, flight);
      if (silent === 'undecided') return ON;
      if (route.tell && !silent) tellUnreachable(environment, flight, route.error);
      return { kind: 'dropped', reason: { kind: route.error } };
    }
    case 'drop':
      refuse(environment, flight, 'input', route.reason);
      if (route.reason === 'not-a-router' && !host.sysctls.forwardingTold[packet.family]) {
        return { kind: 'not-modelled', what: 'whether this host forwards, which sysctl.txt would tell,' };
      }
      return { kind: 'dropped', reason: { kind: route.reason } };
  }
};

/** Without a member the packet is for nobody (`ip_route_input_rcu`, net/ipv4/route.c, 6.12; `ip6_mc_input`). */
const toMembers = (environment: Environment, flight: Flight): Routed => {
  const { inDevice, packet } = flight;
  const known = hasJoined(environment.host, inDevice, packet);
  const joined = known === 'unknown' ? ask(environment, flight, `whether ${inDevice} has joined ${packet.dst}`) : known;
  return joined === false ? { kind: 'dropped', reason: { kind: 'not-joined', device: inDevice } } : ON;
};

/**
 * What the loopback device brings back has its way already; the groups of that device count too, unless the way is that of
 * the host's own addresses (`ip6_rt_init_dst`, net/ipv6/route.c, 6.12: `ip6_input`, not `ip6_mc_input`).
 */
export const routeLooped = (environment: Environment, flight: Flight): Routed =>
  flight.inDevice === LOOPBACK && isMulticast(flight.packet.dst) && flight.destination?.type !== 'local' ? toMembers(environment, flight) : ON;

const mtuIn = (route: Route | undefined): { readonly mtu?: number } => (route?.mtu === undefined ? {} : { mtu: route.mtu });

const refuse = ({ trace }: Environment, { packet }: Flight, at: 'input' | 'output' | 'again', reason: string): void => {
  trace.push({ kind: 'routed', at, outcome: { kind: 'refused', destination: packet.dst, reason } });
};

/**
 * Which error stands for which failure: `ip_error` (net/ipv4/route.c, 6.12); `ip6_pkt_discard`
 * (net/ipv6/route.c) does not tell an unreachable route from none.
 */
const tellUnreachable = (environment: Environment, flight: Flight, error: 'unreachable' | 'prohibited' | 'blackhole' | 'no-route'): void => {
  const codes = UNREACHABLE[flight.packet.family];
  switch (error) {
    case 'blackhole':
      return;
    case 'unreachable':
      sendError(environment, flight, flight.packet.family === 'ipv4' ? codes.host : codes.network, 'attach');
      return;
    case 'no-route':
      sendError(environment, flight, codes.network, 'attach');
      return;
    case 'prohibited':
      sendError(environment, flight, codes.prohibited, 'attach');
  }
};

/** The routing decision for a packet of the host itself. */
export const routeLeaving = (environment: Environment, flight: Flight): Routed => {
  nameDestination(flight);
  const key = {
    ...routingKey(flight.packet, flight.mark, LOOPBACK),
    ...senderOf(flight),
    chooseHop: chooseHop(environment),
    ...(flight.boundTo === undefined ? {} : { outDevice: flight.boundTo }),
  };
  return whatIsMissing(environment, flight, key) ?? follow(environment, flight, 'output', flight.origin === 'raw' ? routeRaw(environment, key) : routeOutput(environment.host, isReset(flight) ? asFromHere(environment.host, flight.packet, key) : key));
};

interface NoSource {
  readonly kind: 'error';
  readonly error: 'no-source';
}

/** IPv6 wants a source although the header has one (`ip6_dst_lookup_tail`, net/ipv6/ip6_output.c, 6.12). */
const routeRaw = ({ host }: Environment, key: RoutingKey): OutputRoute | NoSource => {
  const route = routeOutput(host, withoutHeader(key));
  const lacksSource = route.kind === 'route' && route.source === undefined && familyOf(key.destination) === 'ipv6';
  return lacksSource ? { kind: 'error', error: 'no-source' } : route;
};

/** A program that sends to no address at all sends to its own host (`ip_route_output_key_hash_rcu`; `udpv6_sendmsg`, 6.12). */
const nameDestination = (flight: Flight): void => {
  const { packet, origin } = flight;
  if (origin !== 'socket' || addressBits(packet.dst) !== 0n) return;
  flight.packet = { ...packet, dst: packet.family === 'ipv4' ? packet.src : loopbackAddress('ipv6') };
};

/**
 * A header that the program wrote itself is not read before it is sent (`raw_sendmsg`, net/ipv4/raw.c, 6.12). To no address of
 * IPv6 is to the host itself (`rawv6_sendmsg`); the header keeps what it says.
 */
const withoutHeader = ({ destination, mark, inDevice, uid, outDevice, chooseHop: choice }: RoutingKey): RoutingKey => ({
  destination: destination === anyAddress('ipv6') ? loopbackAddress('ipv6') : destination,
  mark,
  inDevice,
  ...(uid === undefined ? {} : { uid }),
  ...(outDevice === undefined ? {} : { outDevice }),
  ...(choice === undefined ? {} : { chooseHop: choice }),
  tos: 0,
  protocol: PROTOCOL.raw,
});

/** `ip_route_me_harder` (net/ipv4/netfilter.c, 6.12): OUTPUT changed what routing looks at. */
export const routeAgain = (environment: Environment, flight: Flight): Routed => {
  const { host } = environment;
  const outDevice = deviceAgain(flight);
  const asked = askedAgain(flight);
  const key = {
    ...routingKey(flight.packet, flight.mark, LOOPBACK),
    ...senderOf(asked),
    chooseHop: chooseHop(environment),
    ...(outDevice === undefined ? {} : { outDevice }),
  };
  return whatIsMissing(environment, asked, key) ?? follow(environment, flight, 'again', routeOutput(host, asFromHere(host, flight.packet, key)));
};

/** IPv6 asks for the socket's user again, IPv4 for user 0, whoever sent it (`ip_route_me_harder`; `ip6_route_me_harder`, 6.18). */
const askedAgain = ({ packet, owner }: Flight): Pick<Flight, 'packet' | 'owner'> => ({ packet, owner: packet.family === 'ipv4' ? { kind: 'no-socket' } : owner });

/** What IPv4 asks without the packet's source, unless that is one host's (`ip_route_me_harder`, net/ipv4/netfilter.c, 6.12). */
const asFromHere = (host: Host, { family, src }: Packet, key: RoutingKey): RoutingKey => {
  const { source: _, ...withoutSource } = key;
  return family === 'ipv6' || ['LOCAL', 'UNICAST'].includes(addressType(host, src)) ? key : withoutSource;
};

/** Rules answer a segment to anybody at all (`nf_send_reset`, net/ipv4/netfilter/nf_reject_ipv4.c, 6.18). */
const isReset = ({ origin, packet }: Flight): boolean => origin === 'kernel' && packet.kind === 'tcp';

/** The socket's, or the one that was chosen for a group or a neighbour (`ip6_route_me_harder`, net/ipv6/netfilter.c, 6.12). */
const deviceAgain = ({ origin, boundTo, packet, destination }: Flight): string | undefined => {
  if (origin !== 'kernel' && boundTo !== undefined) return boundTo;
  const strict = packet.family === 'ipv6' && (isMulticast(packet.dst) || isLinkLocal(packet.dst));
  return strict ? destination?.device : undefined;
};

const senderOf = ({ owner }: Pick<Flight, 'owner'>): Pick<RoutingKey, 'uid'> =>
  owner.kind === 'socket' && owner.uid !== undefined ? { uid: owner.uid } : {};

const follow = (environment: Environment, flight: Flight, at: 'output' | 'again', route: OutputRoute | NoSource): Routed => {
  if (route.kind === 'error') {
    refuse(environment, flight, at, route.error);
    const reason: DropReason = route.error === 'invalid-source' ? { kind: 'martian-source' } : { kind: route.error };
    return { kind: 'dropped', reason, sendError: SEND_ERRORS[route.error] };
  }
  const { type, device, boundTo, gateway } = route;
  const vrf = vrfOf(environment.host, boundTo);
  if (vrf !== undefined) return vrf;
  flight.destination = { type, device, nextHop: gateway ?? flight.packet.dst, ...mtuIn(route.route), realms: route.realms };
  if (at === 'output') flight.outDevice = device;
  environment.trace.push({
    kind: 'routed',
    at,
    outcome: { kind: 'found', type, destination: flight.packet.dst, device, boundTo, gateway },
  });
  return ON;
};

/** What the sending program is told (fib_props, net/ipv4/fib_semantics.c, 6.12). */
const SEND_ERRORS: Readonly<Record<(OutputRoute & { kind: 'error' })['error'] | NoSource['error'], SendError>> = {
  'no-route': 101,
  unreachable: 113,
  prohibited: 13,
  blackhole: 22,
  'invalid-source': 22,
  'no-source': 99,
};
