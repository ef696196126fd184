import { closeTcp } from '../conntrack/protocol/tcp.ts';
import { hold, entryOf } from '../conntrack/table.ts';
import { isIcmpError } from '../conntrack/track.ts';
import { routingKey } from '../fib/key.ts';
import type { RoutingKey } from '../fib/lookup.ts';
import type { Environment } from '../flight/environment.ts';
import { goesToMany, leaving } from '../flight/flight.ts';
import type { Attachment, Flight } from '../flight/flight.ts';
import { LOOPBACK } from '../host/host.ts';
import type { Host } from '../host/host.ts';
import { isMulticast } from '../host/interface.ts';
import { atLeast } from '../kernel-version.ts';
import { addressBits, anyAddress } from '../packet/address.ts';
import type { Address, Family } from '../packet/address.ts';
import { packetBytes, TCP_FLAG } from '../packet/packet.ts';
import type { IcmpPacket, Packet, TcpPacket } from '../packet/packet.ts';
import { addressType } from '../routing/address-type.ts';
import { routeOutput } from '../routing/output.ts';
import type { OutputRoute } from '../routing/output.ts';
import { narrowScope, selectSourceIpv6 } from '../routing/source-ipv6.ts';
import { notesPort } from './bridge.ts';
import type { OwnerView } from '../ruleset/shared/context.ts';
import { chooseHop } from './multipath.ts';

/** Type and code of an ICMP error, in the family of the packet that it is about. */
export interface IcmpError {
  readonly icmpType: number;
  readonly icmpCode: number;
}

export const UNREACHABLE = {
  ipv4: {
    network: { icmpType: 3, icmpCode: 0 },
    host: { icmpType: 3, icmpCode: 1 },
    port: { icmpType: 3, icmpCode: 3 },
    prohibited: { icmpType: 3, icmpCode: 13 },
  },
  ipv6: {
    network: { icmpType: 1, icmpCode: 0 },
    scope: { icmpType: 1, icmpCode: 2 },
    host: { icmpType: 1, icmpCode: 3 },
    port: { icmpType: 1, icmpCode: 4 },
    prohibited: { icmpType: 1, icmpCode: 1 },
  },
} as const;

export const TIME_EXCEEDED = { ipv4: { icmpType: 11, icmpCode: 0 }, ipv6: { icmpType: 3, icmpCode: 0 } } as const;

/** IPTOS_PREC_INTERNETCONTROL, on every ICMP error (icmp.c, 6.12). */
const TOS_INTERNET_CONTROL = 0xc0;
const TOS_KEPT = 0x1e;
/** Congestion bits say nothing of an answer's own way (RFC 3168 §5). */
const ECN_MASK = 3;
/** RFC 1812 §4.3.2.3: an error quotes so much that the whole stays within 576 octets; RFC 4443 §3: 1280. */
const ERROR_BYTES_MAX = { ipv4: 576, ipv6: 1280 } as const;
const ERROR_HEADER_BYTES = { ipv4: 28, ipv6: 48 } as const;

/**
 * The host tells a packet's sender what is wrong (`icmp_send`, net/ipv4/icmp.c; `icmp6_send`). An
 * error about an error or a multicast is never sent, for IPv4 none about a later fragment.
 */
export const sendError = (environment: Environment, flight: Flight, error: IcmpError, attach: 'attach' | 'track'): void => {
  const { packet } = flight;
  if (mayBeError(packet) || !isBetweenTwo(flight) || isBeingSent(flight)) return;
  const source = errorSource(environment, flight);
  if (source === undefined) return;
  const { family } = packet;
  const reply: IcmpPacket = {
    kind: family === 'ipv4' ? 'icmp' : 'icmpv6',
    family,
    src: source,
    dst: packet.src,
    ttl: ownTtl(environment, packet),
    tos: family === 'ipv4' ? (packet.tos & TOS_KEPT) | TOS_INTERNET_CONTROL : 0,
    payloadBytes: Math.min(packetBytes(packet), ERROR_BYTES_MAX[family] - ERROR_HEADER_BYTES[family]),
    ...error,
    icmpId: 0,
    inner: packet,
  };
  answer(environment, reply, attach === 'attach' ? turned(environment, flight) : { kind: 'none' }, { owner: KERNEL_SOCKET });
};

/** While ICMP sends a message of its own, it can send none about it (`icmp_xmit_lock`, `icmpv6_xmit_lock`, 6.18). */
const isBeingSent = ({ packet, origin, inDevice }: Flight): boolean =>
  origin === 'kernel' && inDevice === '' && (packet.kind === 'icmp' || packet.kind === 'icmpv6');

/** Types without the error bit in `icmp_pointers` (net/ipv4/icmp.c, 6.12). */
const ICMP_QUERIES: readonly number[] = [0, 8, 13, 14, 15, 16, 17, 18];

/** An ICMP message that is an error for all one knows, or a piece of what may be one; IPv6 does not look so far (`is_ineligible`). */
const mayBeError = (packet: Packet): boolean => {
  if (packet.fragment === 'later') return packet.family === 'ipv4';
  return packet.kind === 'icmp' ? !ICMP_QUERIES.includes(packet.icmpType) : isIcmpError(packet);
};

const UNSPECIFIED_IPV6 = anyAddress('ipv6');

/** RFC 4291 §2.5.5.2. */
const MAPPED_PREFIX = 0xffffn;

/** `__ipv6_addr_type` (net/ipv6/addrconf_core.c, 6.12) counts no mapped address among the unicast ones. */
const isUnicastIpv6 = (address: Address): boolean =>
  address !== UNSPECIFIED_IPV6 && !isMulticast(address) && addressBits(address) >> 32n !== MAPPED_PREFIX;

/**
 * From one host to one: nothing else is answered (RFC 1812 §4.3.2.7, RFC 4443 §2.4 (e)). Of IPv4 the route says so, which
 * is that to the sender where rules reject before routing (`nf_reject_fill_skb_dst`, net/ipv4/netfilter/nf_reject_ipv4.c, 6.18).
 */
const isBetweenTwo = (flight: Flight): boolean => {
  const { packet, destination } = flight;
  if (goesToMany(flight) || (isMulticast(packet.dst) && (packet.family === 'ipv6' || destination !== undefined))) return false;
  return packet.family === 'ipv4' || (!isMulticast(packet.src) && packet.src !== UNSPECIFIED_IPV6);
};

/** The address that was asked, if it is the host's; else the one by which the sender is reached. */
const errorSource = (environment: Environment, { packet, destination, inDevice }: Flight): Address | undefined => {
  const { host } = environment;
  const back = wayBack(environment, packet, { chooseHop: chooseHop(environment) });
  // icmpv6_route_lookup, net/ipv6/icmp.c, 6.12: one of many is told nothing.
  if (back.kind !== 'route' || back.type === 'anycast') return undefined;
  if (destination === undefined && packet.family === 'ipv4') return unrouted(environment, packet, back);
  // What a socket that is bound to the loopback device sends stays here too, whatever the address is (RTCF_LOCAL).
  if (packet.family === 'ipv4') return destination?.device === LOOPBACK ? packet.dst : back.source;
  // IPv6 does not ask the route, which may be another's: by a mark, or by the device that a socket is bound to.
  if (isOwnAddress(host, packet.dst, inDevice === '' ? LOOPBACK : inDevice) || addressType(host, packet.dst) === 'ANYCAST') return packet.dst;
  // icmp6_send: unless the route names one, an address as if for the device that the packet came in by.
  const asIfFor = inDevice !== '' && back.route?.preferredSource === undefined;
  return asIfFor ? selectSourceIpv6(host.interfaces, { device: inDevice, destination: packet.src }) : back.source;
};

/** `ipv6_chk_addr` (net/ipv6/addrconf.c, 6.12): one of a host's or a link's scope is the host's at its own device only. */
const isOwnAddress = ({ interfaces }: Host, address: Address, at: string): boolean => {
  const scope = narrowScope(address);
  return interfaces.some(({ name, addresses }) => (name === at || (scope !== 'host' && scope !== 'link')) && addresses.some((own) => own.address === address));
};

/** Before routing the way back stands for the route: to the host itself, it takes the address that was asked for the host's. */
const unrouted = ({ host }: Environment, { dst }: Packet, back: Extract<OutputRoute, { kind: 'route' }>): Address | undefined => {
  if (back.type === 'broadcast' || back.type === 'multicast') return undefined;
  if (back.type !== 'local') return back.source;
  return addressType(host, dst) === 'LOCAL' ? dst : undefined;
};

/** The route to the packet's sender, for a packet that has no source yet. */
const wayBack = ({ host }: Environment, packet: Packet, by: Pick<RoutingKey, 'chooseHop' | 'outDevice'>): OutputRoute => {
  const { source: _, ...key } = routingKey(packet, 0, LOOPBACK);
  return routeOutput(host, { ...key, ...by, destination: packet.src });
};

/**
 * A TCP reset for a segment (RFC 9293 §3.5.2); a reset is never answered. What came in by a bridge, where br_netfilter shows
 * it to rules, is answered by its port as if the other end did (`nf_send_reset`, net/ipv4/netfilter/nf_reject_ipv4.c, 6.18).
 */
export const sendReset = (environment: Environment, flight: Flight, attach: 'attach' | 'track'): void => {
  const { packet } = flight;
  if (packet.kind !== 'tcp' || (packet.flags & TCP_FLAG.RST) !== 0 || !isBetweenTwo(flight)) return;
  // nf_send_reset6 asks the addresses alone.
  if (attach === 'attach' && packet.family === 'ipv6' && !(isUnicastIpv6(packet.src) && isUnicastIpv6(packet.dst))) return;
  const byPort = attach === 'attach' && notesPort(environment, flight);
  if (byPort === 'undecided' || (byPort && wayBack(environment, packet, {}).kind !== 'route')) return;
  const source = packet.dst === UNSPECIFIED_IPV6 ? ownSource(environment, packet) : packet.dst;
  if (source === undefined) return;
  const acks = (packet.flags & TCP_FLAG.ACK) !== 0;
  const length = packet.payloadBytes + ((packet.flags & TCP_FLAG.SYN) === 0 ? 0 : 1) + ((packet.flags & TCP_FLAG.FIN) === 0 ? 0 : 1);
  const reply: TcpPacket = {
    kind: 'tcp',
    family: packet.family,
    src: source,
    dst: packet.src,
    ttl: ownTtl(environment, packet),
    // nf_reject leaves it blank; TCP itself repeats the segment's (tcp_v4_send_reset, tcp_v6_send_reset).
    tos: attach === 'attach' ? 0 : packet.tos & ~ECN_MASK,
    payloadBytes: 0,
    sport: packet.dport,
    dport: packet.sport,
    flags: acks ? TCP_FLAG.RST : TCP_FLAG.RST | TCP_FLAG.ACK,
    sequence: acks ? packet.acknowledgement : 0,
    acknowledgement: acks ? 0 : (packet.sequence + length) >>> 0,
    window: 0,
    options: {},
  };
  if (attach === 'attach') {
    answer(environment, reply, turned(environment, flight), byPort ? { byPort: flight.bridgePort } : { boundTo: senderDevice(flight) });
    closeConnection(environment, flight);
  } else {
    answer(environment, reply, { kind: 'none' }, { owner: RESETS_BY[packet.family] });
  }
};

/** IPv4 routes a reset for the socket whose segment it is about, which may be bound to a device (`ip_route_me_harder`, 6.18). */
const senderDevice = ({ packet, inDevice, boundTo }: Flight): string | undefined => (packet.family === 'ipv4' && inDevice === '' ? boundTo : undefined);

const NO_SOCKET: OwnerView = { kind: 'no-socket' };
const KERNEL_SOCKET: OwnerView = { kind: 'kernel-socket' };

/** TCP's own: IPv4 has a socket for them (`ip_send_unicast_reply`), IPv6 gives none to the packet (`tcp_v6_send_response`). */
const RESETS_BY: Readonly<Record<Family, OwnerView>> = { ipv4: KERNEL_SOCKET, ipv6: NO_SOCKET };

/** 2954fe60e33d (6.3): a connection that a rule resets does not linger. */
const closeConnection = ({ host, state }: Environment, { conntrack }: Flight): void => {
  if (conntrack.kind !== 'tracked' || !atLeast(host.kernelVersion, 6, 3)) return;
  closeTcp(entryOf(state.conntrack, conntrack.entry), state.now, host.conntrack);
};

/** Echo request to echo reply. */
export const sendEchoReply = (environment: Environment, flight: Flight): void => {
  const { packet, inDevice, destination } = flight;
  if (packet.kind !== 'icmp' && packet.kind !== 'icmpv6') return;
  // An answer comes from one host's own address, so not from one that many share (`fib_compute_spec_dst`; `ipv6_unicast_destination`).
  const toOne = packet.family === 'ipv4' ? !goesToMany(flight) : destination?.type === 'local';
  const dst = toOne && packet.dst !== UNSPECIFIED_IPV6 ? packet.dst : ownSource(environment, packet, inDevice);
  if (dst === undefined) return;
  sendBack(environment, { ...packet, dst, icmpType: packet.kind === 'icmp' ? 0 : 129 }, toOne ? undefined : inDevice);
};

/** The source that a route back gives, by this device or any (`ip6_route_get_saddr`, net/ipv6/route.c, 6.12). */
const ownSource = (environment: Environment, packet: Packet, device?: string): Address | undefined => {
  const back = wayBack(environment, packet, device === undefined ? {} : { outDevice: device });
  return back.kind === 'route' ? back.source : undefined;
};

/** Three times of day (RFC 792), of which the request must bring the first. */
const TIMESTAMP_BYTES = 12;
const TIMESTAMP_REQUEST_BYTES_MIN = 4;

export const sendTimestampReply = (environment: Environment, { packet }: Flight): void => {
  if (packet.kind !== 'icmp' || packet.payloadBytes < TIMESTAMP_REQUEST_BYTES_MIN) return;
  sendBack(environment, { ...packet, icmpType: 14, icmpCode: 0, payloadBytes: TIMESTAMP_BYTES });
};

const sendBack = (environment: Environment, packet: IcmpPacket, boundTo?: string): void => {
  const { src: dst, dst: src } = packet;
  answer(environment, { ...packet, src, dst, ttl: ownTtl(environment, packet) }, { kind: 'none' }, { owner: KERNEL_SOCKET, boundTo });
};

export const ownTtl = ({ host }: Environment, { family }: Packet): number =>
  family === 'ipv4' ? host.sysctls.defaultTtl : host.sysctls.defaultHopLimit;

/** The answer belongs to the same connection, the other way round (`nf_conntrack_attach`). */
const turned = ({ state }: Environment, { conntrack }: Flight): Attachment => {
  // The mark of an untracked packet turns into the state "related" of no connection at all.
  if (conntrack.kind === 'untracked' || conntrack.kind === 'blotted') return { kind: 'blotted' };
  if (conntrack.kind !== 'tracked') return { kind: 'none' };
  hold(entryOf(state.conntrack, conntrack.entry));
  const direction = conntrack.direction === 'original' ? 'reply' : 'original';
  return { kind: 'tracked', entry: conntrack.entry, info: 'related', direction };
};

interface Sender {
  /** Absent: no socket. */
  readonly owner?: OwnerView;
  readonly boundTo?: string | undefined;
  readonly byPort?: string | undefined;
}

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
