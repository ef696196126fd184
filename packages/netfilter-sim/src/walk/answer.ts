import { entryOf, hold } from '../conntrack/table.ts';
import { routingKey } from '../fib/key.ts';
import type { RoutingKey } from '../fib/lookup.ts';
import type { Environment } from '../flight/environment.ts';
import { goesToMany, leaving } from '../flight/flight.ts';
import type { Attachment, Flight } from '../flight/flight.ts';
import { LOOPBACK } from '../host/host.ts';
import { isMulticast } from '../host/interface.ts';
import { anyAddress } from '../packet/address.ts';
import type { Address } from '../packet/address.ts';
import type { Packet } from '../packet/packet.ts';
import { addressType } from '../routing/address-type.ts';
import { routeOutput } from '../routing/output.ts';
import type { OutputRoute } from '../routing/output.ts';
import type { OwnerView } from '../ruleset/shared/context.ts';

export const NO_SOCKET: OwnerView = { kind: 'no-socket' };
export const KERNEL_SOCKET: OwnerView = { kind: 'kernel-socket' };

interface Sender {
  /** Absent: no socket. */
  readonly owner?: OwnerView;
  readonly boundTo?: string | undefined;
  readonly byPort?: string | undefined;
}

/** The host sends a packet of its own about one that it got; its walk begins once that one's is over. */
export const answer = (environment: Environment, packet: Packet, conntrack: Attachment, { owner = NO_SOCKET, ...by }: Sender = {}): void => {
  const bySocket = owner.kind === 'kernel-socket' && packet.family === 'ipv4';
  // __ip_route_output_key_hash, net/ipv4/route.c, 6.12: the kernel's sockets may not take any address for a source.
  if (bySocket && addressType(environment.host, packet.src) !== 'LOCAL') return;
  const sent = bySocket && isMulticast(packet.dst) ? { ...packet, ttl: GROUP_TTL } : packet;
  environment.trace.push({ kind: 'answered', with: sent });
  environment.answers.push(leaving(sent, { origin: 'kernel', owner, conntrack, ...by }));
};

/** What a socket sends to a group stays on the link (`mc_ttl`, __ip_make_skb, net/ipv4/ip_output.c, 6.12). */
const GROUP_TTL = 1;

export const ownTtl = ({ host }: Environment, { family }: Packet): number =>
  family === 'ipv4' ? host.sysctls.defaultTtl : host.sysctls.defaultHopLimit;

/** The answer belongs to the same connection, the other way round (`nf_conntrack_attach`). */
export const turned = ({ state }: Environment, { conntrack }: Flight): Attachment => {
  // The mark of an untracked packet turns into the state "related" of no connection at all.
  if (conntrack.kind === 'untracked' || conntrack.kind === 'blotted') return { kind: 'blotted' };
  if (conntrack.kind !== 'tracked') return { kind: 'none' };
  hold(entryOf(state.conntrack, conntrack.entry));
  const direction = conntrack.direction === 'original' ? 'reply' : 'original';
  return { kind: 'tracked', entry: conntrack.entry, info: 'related', direction };
};

/**
 * From one host to one: nothing else is answered (RFC 1812 §4.3.2.7, RFC 4443 §2.4 (e)). Of IPv4 the route says so, which
 * is that to the sender where rules reject before routing (`nf_reject_fill_skb_dst`, net/ipv4/netfilter/nf_reject_ipv4.c, 6.18).
 */
export const isBetweenTwo = (flight: Flight): boolean => {
  const { packet, destination } = flight;
  if (goesToMany(flight) || (isMulticast(packet.dst) && (packet.family === 'ipv6' || destination !== undefined))) return false;
  return packet.family === 'ipv4' || (!isMulticast(packet.src) && packet.src !== anyAddress('ipv6'));
};

/** The route to the packet's sender, for a packet that has no source yet. */
export const wayBack = ({ host }: Environment, packet: Packet, by: Pick<RoutingKey, 'chooseHop' | 'outDevice'>): OutputRoute => {
  const { source: _, ...key } = routingKey(packet, 0, LOOPBACK);
  return routeOutput(host, { ...key, ...by, destination: packet.src });
};

/** The source that a route back gives, by this device or any (`ip6_route_get_saddr`, net/ipv6/route.c, 6.12). */
export const ownSource = (environment: Environment, packet: Packet, device?: string): Address | undefined => {
  const back = wayBack(environment, packet, device === undefined ? {} : { outDevice: device });
  return back.kind === 'route' ? back.source : undefined;
};
