import { isIcmpError } from '../../conntrack/track.ts';
import { entryOf } from '../../conntrack/table.ts';
import type { Environment } from '../../flight/environment.ts';
import type { Flight } from '../../flight/flight.ts';
import { socketAt } from '../../flight/socket.ts';
import type { Socket } from '../../host/host.ts';
import type { Address } from '../../packet/address.ts';
import type { Packet } from '../../packet/packet.ts';
import type { Port } from '../../packet/port.ts';

interface LocalEnd {
  readonly of: Packet;
  readonly address: Address;
  readonly port: Port;
}

/**
 * The socket that rules find for a packet (`nf_sk_lookup_slow_v4`, net/ipv4/netfilter/nf_socket_ipv4.c, and `_v6`, 6.12): an
 * error is for whom the packet that it quotes is from, and what answers a translated connection for who began it.
 */
export const socketOf = (environment: Environment, flight: Flight): Socket | undefined => {
  if (flight.assigned !== undefined) return flight.assigned;
  const found = localEnd(flight.packet);
  if (found === undefined) return undefined;
  return socketAt(environment, found.of, untranslated(environment, flight) ?? found);
};

const localEnd = (packet: Packet): LocalEnd | undefined => {
  switch (packet.kind) {
    case 'udp':
    case 'tcp':
      return { of: packet, address: packet.dst, port: packet.dport };
    case 'icmp':
    case 'icmpv6': {
      const { inner } = packet;
      if (!isIcmpError(packet) || (inner?.kind !== 'udp' && inner?.kind !== 'tcp')) return undefined;
      return { of: inner, address: inner.src, port: inner.sport };
    }
    case 'ported':
    case 'other':
      return undefined;
  }
};

/** IPv4 alone looks behind the translation of a source. */
const untranslated = ({ state }: Environment, { packet, conntrack }: Flight): Omit<LocalEnd, 'of'> | undefined => {
  if (packet.family !== 'ipv4' || conntrack.kind !== 'tracked' || conntrack.direction !== 'reply') return undefined;
  if (conntrack.info !== (packet.kind === 'icmp' ? 'related' : 'established')) return undefined;
  const { status, original } = entryOf(state.conntrack, conntrack.entry);
  return status.sourceNatDone && original.kind === 'ports' ? { address: original.src, port: original.sport } : undefined;
};
