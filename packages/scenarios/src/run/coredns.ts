import type { Packet, TcpPacket } from '@nodelocal/netfilter-sim';
import { answerAsCoreDns } from '../cluster/coredns.ts';
import type { ClusterNames } from '../cluster/coredns.ts';
import { listen, receiveSegment, sendMessage } from '../network/tcp.ts';
import type { TcpEnd, TcpStep } from '../network/tcp.ts';
import type { Draw } from '../resolver/machine.ts';
import type { Clock } from './clock.ts';
import { DELAY_MS } from './delays.ts';
import { datagram, tcpPacket } from './packets.ts';

export interface CoreDnsOptions {
  readonly clock: Clock;
  readonly names: ClusterNames;
  readonly draw: Draw;
  readonly send: (packet: Packet) => void;
}

/** The CoreDNS pods: each answers, over UDP and TCP, whatever comes to its address. */
export const createCoreDns = ({ clock, names, draw, send }: CoreDnsOptions): { receive(packet: Packet): void } => {
  const connections = new Map<string, TcpEnd>();

  const later = (action: () => void): void => clock.at(clock.nowMs + DELAY_MS.coreDns, action);

  const take = (key: string, packet: TcpPacket, step: TcpStep): void => {
    connections.set(key, step.end);
    const here = { address: packet.dst, port: packet.dport };
    const there = { address: packet.src, port: packet.sport };
    for (const segment of step.send) send(tcpPacket(here, there, segment));
    for (const query of step.received) {
      later(() => {
        const answer = answerAsCoreDns(names, query);
        const end = connections.get(key);
        if (answer !== undefined && end !== undefined) take(key, packet, sendMessage(end, answer));
      });
    }
  };

  return {
    receive(packet) {
      if (packet.kind === 'udp' && packet.payload !== undefined) {
        const answer = answerAsCoreDns(names, packet.payload);
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
