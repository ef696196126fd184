import { arriving, atMs, leaving, runTogether, run } from '@nodelocal/netfilter-sim';
import type { Address, Chance, Host, HostState, Journey, Packet } from '@nodelocal/netfilter-sim';
import type { Scenario } from '../scenario/scenario.ts';
import type { Clock } from './clock.ts';
import { summarise } from './packets.ts';
import type { Actor, Raced, RecordedPacket } from './recording.ts';
import type { Program } from './sockets.ts';

/** Someone at the end of a link, or a program on the node. */
export type Peer = Program;

export interface NetworkOptions {
  readonly clock: Clock;
  readonly state: HostState;
  readonly chance: Chance;
  readonly sentAtOnce: Scenario['sentAtOnce'];
  /** The node as it is now. */
  readonly host: () => Host;
  /** Who gets packets that leave by this device for this destination; `undefined`: nobody is there. */
  readonly peerAt: (destination: Address, device: string) => Peer | undefined;
  /** Whose socket a packet is for that was delivered. */
  readonly programFor: (packet: Packet) => Program | undefined;
  /** With the number of the lookup that it belongs to, where that is known. */
  readonly record: (packet: RecordedPacket, lookup: number | undefined) => void;
}

/** Who sends, and for which client, if for one. */
export interface Sender {
  readonly actor: Actor;
  readonly client?: string;
  readonly lookup?: number;
}

/** The node in the middle: every packet passes it, and what becomes of it there is recorded. */
export interface Network {
  /** Packets that were sent at once come in by a device of the node. */
  enter(packets: readonly Packet[], device: string, from: Sender): void;
  /** A program of the node sends packets at once. */
  emit(packets: readonly Packet[], from: Sender): void;
}

export const createNetwork = (options: NetworkOptions): Network => {
  const { clock, state, chance, record } = options;
  let races = 0;
  const pass = (sent: Packet, from: Sender, journey: Journey, raced?: Raced): void => {
    const peer = peerOf(journey);
    const client = from.client ?? peer?.client;
    record({ kind: 'packet', from: from.actor, to: peer?.actor ?? 'nobody', ...(client === undefined ? {} : { client }), sent, message: summarise(sent), journey, ...(raced === undefined ? {} : { raced }) }, from.lookup ?? peer?.lookupOf?.(journey.packet));
    // Not before all that came at the same time has passed.
    if (peer !== undefined) clock.at(clock.nowMs, () => peer.receive(journey.packet));
    for (const answer of journey.answers) {
      const first = answer.trace[0];
      if (first?.kind === 'generated') pass(first.packet, { actor: 'node' }, answer);
    }
  };
  const peerOf = ({ outcome, packet }: Journey): Peer | undefined => {
    switch (outcome.kind) {
      case 'delivered':
        return outcome.socket === 'closed' ? undefined : options.programFor(packet);
      case 'forwarded':
      case 'sent':
        return options.peerAt(packet.dst, outcome.device);
      case 'dropped':
      case 'not-modelled':
      case 'held':
        return undefined;
    }
  };
  const passAll = (packets: readonly Packet[], from: Sender, flightOf: (packet: Packet) => ReturnType<typeof arriving>): void => {
    state.now = atMs(clock.nowMs);
    const host = options.host();
    const together = options.sentAtOnce === 'interleaved' && packets.length > 1 ? runTogether(host, state, packets.map(flightOf), chance) : undefined;
    if (together !== undefined) races += 1;
    for (const [at, packet] of packets.entries()) {
      const among = together?.[at];
      if (among === undefined) pass(packet, from, run(host, state, flightOf(packet), chance));
      else pass(packet, from, among.journey, { race: races, turns: among.turns });
    }
  };
  return {
    enter: (packets, device, from) => passAll(packets, from, (packet) => arriving(packet, device)),
    emit(packets, from) {
      const root = { kind: 'socket', uid: 0, gid: 0, supplementaryGids: [] } as const;
      passAll(packets, from, (packet) => leaving(packet, { origin: 'socket', owner: root }));
    },
  };
};
