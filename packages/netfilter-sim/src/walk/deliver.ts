import type { Environment } from '../flight/environment.ts';
import { goesToMany } from '../flight/flight.ts';
import type { Flight } from '../flight/flight.ts';
import { socketFor } from '../flight/socket.ts';
import { isMulticast } from '../host/interface.ts';
import { TCP_FLAG } from '../packet/packet.ts';
import { hasJoined } from '../routing/groups.ts';
import type { Disposition } from '../trace/disposition.ts';
import { sendEchoReply, sendTimestampReply } from './echo.ts';
import { sendError, UNREACHABLE } from './icmp-error.ts';
import { sendReset } from './tcp-reset.ts';

const ECHO_REQUEST = { ipv4: 8, ipv6: 128 } as const;
const TIMESTAMP = 13;

/** The host's own protocol stack takes the packet, and answers where no socket does. */
export const deliver = (environment: Environment, flight: Flight): Disposition => {
  const { packet, destination } = flight;
  const forUs = destination?.type === 'local';
  const toMany = goesToMany(flight);
  if (mayFailChecksum(flight)) return { kind: 'not-modelled', what: 'the checksum of an IPv6 datagram whose header rules changed behind conntrack: it hangs on what the device verifies' };
  if (isForOthers(environment, flight)) return { kind: 'delivered', socket: 'closed' };
  switch (packet.kind) {
    case 'udp':
    case 'tcp': {
      if (flight.assigned !== undefined) return { kind: 'delivered', socket: 'open' };
      if (environment.host.sockets === undefined) return { kind: 'delivered', socket: 'unknown' };
      if (socketFor(environment, packet) !== undefined) return { kind: 'delivered', socket: 'open' };
      // A reset must come from the one address that it is for (tcp_v6_send_reset, net/ipv6/tcp_ipv6.c, 6.12).
      if (!toMany && packet.kind === 'udp') sendError(environment, flight, UNREACHABLE[packet.family].port, 'track');
      if (forUs && packet.kind === 'tcp' && (packet.flags & TCP_FLAG.RST) === 0) sendReset(environment, flight, 'track');
      return { kind: 'delivered', socket: 'closed' };
    }
    case 'icmp':
    case 'icmpv6': {
      const { icmpEchoIgnoreAll, icmpv6EchoIgnoreAll } = environment.host.sysctls;
      const silent = packet.kind === 'icmp' ? icmpEchoIgnoreAll : icmpv6EchoIgnoreAll;
      // IPv4 leaves a question to all unanswered (icmp_echo_ignore_broadcasts), IPv6 does not.
      const asked = !toMany || (packet.kind === 'icmpv6' && destination?.type === 'multicast');
      if (asked && !silent && packet.icmpType === ECHO_REQUEST[packet.family]) sendEchoReply(environment, flight);
      if (!toMany && packet.kind === 'icmp' && packet.icmpType === TIMESTAMP) sendTimestampReply(environment, flight);
      return { kind: 'delivered', socket: 'none' };
    }
    case 'ported':
    case 'other':
      return { kind: 'delivered', socket: 'none' };
  }
};

/** What came by the way of the host's own addresses, to a group that it has not joined: only raw sockets see it (`ip6_protocol_deliver_rcu`, 6.12). */
const isForOthers = ({ host }: Environment, { packet, destination, inDevice }: Flight): boolean =>
  packet.family === 'ipv6' && destination?.type === 'local' && isMulticast(packet.dst) && hasJoined(host, inDevice, packet) === false;

/** CHECKSUM_BREAK: so much of a datagram is summed up at once. */
const SUMMED_AT_ONCE_BYTES = 76;
const UDP_HEADER_BYTES = 8;

/**
 * Where the device did not verify it, conntrack keeps a sum over the whole packet, which HL and TOS leave as it was; UDP
 * then takes a longer datagram for a broken one (`udp6_csum_init`, net/ipv6/ip6_checksum.c, 6.18).
 */
const mayFailChecksum = ({ packet, verified }: Flight): boolean =>
  packet.kind === 'udp' &&
  packet.family === 'ipv6' &&
  packet.payloadBytes + UDP_HEADER_BYTES > SUMMED_AT_ONCE_BYTES &&
  verified !== undefined &&
  (verified.ttl !== packet.ttl || verified.tos !== packet.tos);
