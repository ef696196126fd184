import { port } from '@nodelocal/netfilter-sim';
import type { Address, TcpPacket, UdpPacket } from '@nodelocal/netfilter-sim';
import type { Segment } from '../network/tcp.ts';

/** One end of a flow. */
export interface End {
  readonly address: Address;
  readonly port: number;
}

/** Time to live of a packet as it leaves its sender. */
const TTL = 64;

const header = (from: End, to: End) =>
  ({
    family: 'ipv4',
    src: from.address,
    dst: to.address,
    ttl: TTL,
    tos: 0,
    sport: port(from.port),
    dport: port(to.port),
  }) as const;

export const datagram = (from: End, to: End, payload: Uint8Array): UdpPacket => ({
  kind: 'udp',
  ...header(from, to),
  payload,
  payloadBytes: payload.length,
});

export const tcpPacket = (from: End, to: End, segment: Segment): TcpPacket => ({ kind: 'tcp', ...header(from, to), ...segment });
