import type { Address, Packet } from '@nodelocal/netfilter-sim';
import type { Draw } from '../resolver/machine.ts';
import { drawPort } from '../resolver/machine.ts';
import { datagram } from './packets.ts';
import type { End } from './packets.ts';

export interface ForwarderOptions {
  readonly to: End;
  readonly draw: Draw;
  readonly sourceFor: (destination: Address) => Address;
  readonly open: (end: End) => void;
  readonly send: (packet: Packet) => void;
}

/** A program of the node that asks another server by UDP, each question once, from a socket of its own. */
export interface Forwarder {
  forward(query: Uint8Array, then: (answer: Uint8Array) => void): void;
  receive(packet: Packet): void;
}

export const createForwarder = ({ to, draw, sourceFor, open, send }: ForwarderOptions): Forwarder => {
  const waiting = new Map<number, (answer: Uint8Array) => void>();
  return {
    forward(query, then) {
      const here: End = { address: sourceFor(to.address), port: drawPort(draw) };
      waiting.set(here.port, then);
      open(here);
      send(datagram(here, to, query));
    },
    receive(packet) {
      if (packet.kind !== 'udp' || packet.payload === undefined) return;
      const then = waiting.get(packet.dport);
      waiting.delete(packet.dport);
      then?.(packet.payload);
    },
  };
};
