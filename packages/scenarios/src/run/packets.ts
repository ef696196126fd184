import { port, TCP_FLAG } from '@nodelocal/netfilter-sim';
import type { Address, Packet, TcpPacket, UdpPacket } from '@nodelocal/netfilter-sim';
import { readMessage } from '@nodelocal/dns-cache';
import type { Segment } from '../network/tcp.ts';
import type { MessageSummary } from './recording.ts';

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

/** Whether it begins a connection. */
export const opensTcp = ({ flags }: TcpPacket): boolean => (flags & (TCP_FLAG.SYN | TCP_FLAG.ACK | TCP_FLAG.RST)) === TCP_FLAG.SYN;

/** The DNS message that a packet carries; over TCP it stands behind its length. */
export const summarise = (packet: Packet): MessageSummary | undefined => {
  const { payload } = packet;
  if (payload === undefined || payload.length < 12) return undefined;
  const message = readMessage(packet.kind === 'tcp' ? payload.slice(2) : payload);
  if (message.kind !== 'message' || message.question === undefined) return undefined;
  const { name, type } = message.question;
  const addresses = message.answers.flatMap(({ data }) => (data.kind === 'address' ? [data.address] : []));
  const answer = addresses.length > 0 ? addresses.join(' ') : message.rcode === 'NOERROR' ? 'no such record' : message.rcode;
  return { question: `${type} ${name}`, answer: message.response ? answer : undefined, ...(message.truncated ? { truncated: true } : {}) };
};
