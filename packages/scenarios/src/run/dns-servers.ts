import type { Packet, TcpPacket } from '@nodelocal/netfilter-sim';
import { listen, receiveSegment, sendMessage } from '../network/tcp.ts';
import type { TcpEnd, TcpStep } from '../network/tcp.ts';
import type { Draw } from '../resolver/machine.ts';
import type { Clock } from './clock.ts';
import { datagram, tcpPacket } from './packets.ts';

export interface DnsServersOptions {
  readonly clock: Clock;
  /** `undefined`: it says nothing. */
  readonly answer: (query: Uint8Array) => Uint8Array | undefined;
  /** What it takes to answer, in milliseconds. */
  readonly delayMs: number;
  readonly draw: Draw;
  readonly send: (packet: Packet) => void;
}

/** DNS servers away from the node, such as the CoreDNS pods: each answers, over UDP and TCP, whatever comes to its address. */
export const createDnsServers = ({ clock, answer: answerTo, delayMs, draw, send }: DnsServersOptions): { receive(packet: Packet): void } => {
  const connections = new Map<string, TcpEnd>();

  const later = (action: () => void): void => clock.at(clock.nowMs + delayMs, action);

  const take = (key: string, packet: TcpPacket, step: TcpStep): void => {
    connections.set(key, step.end);
    const here = { address: packet.dst, port: packet.dport };
    const there = { address: packet.src, port: packet.sport };
    for (const segment of step.send) send(tcpPacket(here, there, segment));
    for (const query of step.received) {
      later(() => {
        const answer = answerTo(query);
        const end = connections.get(key);
        if (answer !== undefined && end !== undefined) take(key, packet, sendMessage(end, answer));
      });
    }
  };

  return {
    receive(packet) {
      if (packet.kind === 'udp' && packet.payload !== undefined) {
        const answer = answerTo(packet.payload);
        const here = { address: packet.dst, port: packet.dport };
        const there = { address: packet.src, port: packet.sport };
        if (answer !== undefined) later(() => send(datagram(here, there, answer)));
      } else if (packet.kind === 'tcp') {
        const key = `${packet.src} ${packet.sport} ${packet.dst}`;
        take(key, packet, receiveSegment(connections.get(key) ?? listen(draw(2 ** 32)), packet));
      }
    },
  };
};
