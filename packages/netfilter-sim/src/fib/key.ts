import { protocolOf } from '../packet/packet.ts';
import type { Packet } from '../packet/packet.ts';
import type { RoutingKey } from './lookup.ts';

/** IPTOS_RT_MASK: the bits of the type of service that routing looks at. */
const TOS_MASK = 0x1c;

/** What the packet shows to routing. */
export const routingKey = (packet: Packet, mark: number, inDevice: string): RoutingKey => {
  const ports = packet.kind === 'udp' || packet.kind === 'tcp' || packet.kind === 'ported';
  return {
    source: packet.src,
    destination: packet.dst,
    tos: packet.tos & TOS_MASK,
    mark,
    protocol: protocolOf(packet),
    ...(ports ? { sport: packet.sport, dport: packet.dport } : {}),
    inDevice,
  };
};
