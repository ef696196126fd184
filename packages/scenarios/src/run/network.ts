import { arriving, atMs, leaving, run } from '@nodelocal/netfilter-sim';
import type { Address, Chance, Host, HostState, Journey, Packet } from '@nodelocal/netfilter-sim';
import { readMessage } from '@nodelocal/dns-cache';
import type { Clock } from './clock.ts';
import type { Actor, MessageSummary, RecordedPacket } from './recording.ts';

/** Someone at the end of a link, or a program on the node. */
export interface Peer {
  readonly actor: Actor;
  readonly delayMs: number;
  receive(packet: Packet): void;
}

export interface NetworkOptions {
  readonly clock: Clock;
  readonly host: Host;
  readonly state: HostState;
  readonly chance: Chance;
  /** Who gets packets with this destination; `undefined`: nobody is there. */
  readonly peerAt: (destination: Address, device: string) => Peer | undefined;
  /** The programs of the node. */
  readonly local: Peer;
  readonly record: (packet: RecordedPacket) => void;
}

/** The node in the middle: every packet passes it, and what becomes of it there is recorded. */
export interface Network {
  /** A packet comes in by a device of the node. */
  enter(packet: Packet, device: string, from: Actor): void;
  /** A program of the node sends a packet. */
  emit(packet: Packet, from: Actor): void;
}

export const createNetwork = ({ clock, host, state, chance, peerAt, local, record }: NetworkOptions): Network => {
  const pass = (sent: Packet, from: Actor, journey: Journey): void => {
    const peer = peerOf(journey);
    record({ kind: 'packet', from, to: peer?.actor ?? 'nobody', sent, message: summarise(sent), journey });
    if (peer !== undefined) clock.at(clock.nowMs + peer.delayMs, () => peer.receive(journey.packet));
    for (const answer of journey.answers) {
      const first = answer.trace[0];
      if (first?.kind === 'generated') pass(first.packet, 'node', answer);
    }
  };
  const peerOf = ({ outcome, packet }: Journey): Peer | undefined => {
    switch (outcome.kind) {
      case 'delivered':
        return outcome.socket === 'closed' ? undefined : local;
      case 'forwarded':
      case 'sent':
        return peerAt(packet.dst, outcome.device);
      case 'dropped':
      case 'not-modelled':
      case 'held':
        return undefined;
    }
  };
  return {
    enter(packet, device, from) {
      state.now = atMs(clock.nowMs);
      pass(packet, from, run(host, state, arriving(packet, device), chance));
    },
    emit(packet, from) {
      state.now = atMs(clock.nowMs);
      const root = { kind: 'socket', uid: 0, gid: 0, supplementaryGids: [] } as const;
      pass(packet, from, run(host, state, leaving(packet, { origin: 'socket', owner: root }), chance));
    },
  };
};

/** The DNS message that a packet carries; over TCP it stands behind its length. */
const summarise = (packet: Packet): MessageSummary | undefined => {
  const { payload } = packet;
  if (payload === undefined || payload.length < 12) return undefined;
  const message = readMessage(packet.kind === 'tcp' ? payload.slice(2) : payload);
  if (message.kind !== 'message' || message.question === undefined) return undefined;
  const { name, type } = message.question;
  const addresses = message.answers.flatMap(({ data }) => (data.kind === 'address' ? [data.address] : []));
  const answer = addresses.length > 0 ? addresses.join(' ') : message.rcode === 'NOERROR' ? 'no such record' : message.rcode;
  return { question: `${type} ${name}`, answer: message.response ? answer : undefined };
};
