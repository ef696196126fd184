import { closeTcp } from '../conntrack/protocol/tcp.ts';
import { entryOf } from '../conntrack/table.ts';
import type { Environment } from '../flight/environment.ts';
import type { Flight } from '../flight/flight.ts';
import { LOOPBACK } from '../host/host.ts';
import { isMulticast } from '../host/interface.ts';
import { atLeast } from '../kernel-version.ts';
import { addressBits, anyAddress } from '../packet/address.ts';
import type { Address, Family } from '../packet/address.ts';
import { TCP_FLAG } from '../packet/packet.ts';
import type { TcpPacket } from '../packet/packet.ts';
import type { OwnerView } from '../ruleset/shared/context.ts';
import { answer, isBetweenTwo, KERNEL_SOCKET, NO_SOCKET, ownSource, ownTtl, turned, wayBack } from './answer.ts';
import { notesPort } from './bridge.ts';

/** Congestion bits say nothing of an answer's own way (RFC 3168 §5). */
const ECN_MASK = 3;

/** RFC 4291 §2.5.5.2. */
const MAPPED_PREFIX = 0xffffn;

/** `__ipv6_addr_type` (net/ipv6/addrconf_core.c, 6.12) counts no mapped address among the unicast ones. */
const isUnicastIpv6 = (address: Address): boolean =>
  address !== anyAddress('ipv6') && !isMulticast(address) && addressBits(address) >> 32n !== MAPPED_PREFIX;

/**
 * TCP itself asks of IPv6 only that the route is local, though an address be a group's (`tcp_v6_send_reset`, net/ipv6/tcp_ipv6.c,
 * 6.18); by another device than the loopback a group's frames are for many, and TCP does not take them.
 */
const isForTcp = (flight: Flight): boolean => {
  const { packet, inDevice } = flight;
  if (packet.family === 'ipv4') return isBetweenTwo(flight);
  return packet.src !== anyAddress('ipv6') && (!isMulticast(packet.dst) || inDevice === LOOPBACK);
};

/**
 * A TCP reset for a segment (RFC 9293 §3.5.2); a reset is never answered. What came in by a bridge, where br_netfilter shows
 * it to rules, is answered by its port as if the other end did (`nf_send_reset`, net/ipv4/netfilter/nf_reject_ipv4.c, 6.18).
 */
export const sendReset = (environment: Environment, flight: Flight, attach: 'attach' | 'track'): void => {
  const { packet } = flight;
  if (packet.kind !== 'tcp' || (packet.flags & TCP_FLAG.RST) !== 0 || !(attach === 'track' ? isForTcp(flight) : isBetweenTwo(flight))) return;
  // nf_send_reset6 asks the addresses alone.
  if (attach === 'attach' && packet.family === 'ipv6' && !(isUnicastIpv6(packet.src) && isUnicastIpv6(packet.dst))) return;
  const byPort = attach === 'attach' && notesPort(environment, flight);
  if (byPort === 'undecided' || (byPort && wayBack(environment, packet, {}).kind !== 'route')) return;
  const source = packet.dst === anyAddress('ipv6') ? ownSource(environment, packet) : packet.dst;
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

/** TCP's own: IPv4 has a socket for them (`ip_send_unicast_reply`), IPv6 gives none to the packet (`tcp_v6_send_response`). */
const RESETS_BY: Readonly<Record<Family, OwnerView>> = { ipv4: KERNEL_SOCKET, ipv6: NO_SOCKET };

/** 2954fe60e33d (6.3): a connection that a rule resets does not linger. */
const closeConnection = ({ host, state }: Environment, { conntrack }: Flight): void => {
  if (conntrack.kind !== 'tracked' || !atLeast(host.kernelVersion, 6, 3)) return;
  closeTcp(entryOf(state.conntrack, conntrack.entry), state.now, host.conntrack);
};
