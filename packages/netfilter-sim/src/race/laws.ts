import { seededChance } from '../chance.ts';
import type { Chance } from '../chance.ts';
import { countEntries } from '../conntrack/table.ts';
import { arriving } from '../flight/flight.ts';
import type { Host } from '../host/host.ts';
import { TCP_FLAG } from '../packet/packet.ts';
import type { Packet } from '../packet/packet.ts';
import { later, milliseconds } from '../time.ts';
import type { Duration } from '../time.ts';
import { send } from '../walk/run.ts';
import type { Lane } from './lane.ts';
import type { RaceWorld } from './world.ts';

/** Something that shall hold however a race goes. */
export type Law =
  | { readonly kind: 'no-packet-lost' }
  /** The answer to each packet comes back to its sender, from the address that was asked. */
  | { readonly kind: 'replies-translated'; readonly after: Duration }
  /** Nothing is left in the table after so long. */
  | { readonly kind: 'table-empty'; readonly after: Duration }
  /** A law of the caller's own. */
  | {
      readonly kind: 'own';
      /** As reports call it. */
      readonly name: string;
      /** Asked once for each end that the race can have, with the packets as they were sent. */
      check(race: { readonly host: Host; readonly world: RaceWorld; readonly sent: readonly Packet[] }): LawVerdict;
    };

/** How a law fared with one outcome. `why` says what broke it, for people. */
export type LawVerdict = { readonly kind: 'holds' } | { readonly kind: 'broken'; readonly why: string };

const HOLDS: LawVerdict = { kind: 'holds' };

/** A law in words. */
export const lawName = (law: Law): string => {
  switch (law.kind) {
    case 'no-packet-lost':
      return 'no packet lost';
    case 'replies-translated':
      return `replies translated after ${law.after} ms`;
    case 'table-empty':
      return `nothing left after ${law.after} ms`;
    case 'own':
      return law.name;
  }
};

/** @param sent The packets of the race, as they were sent. */
export const checkLaw = (law: Law, host: Host, world: RaceWorld, sent: readonly Packet[]): LawVerdict => {
  switch (law.kind) {
    case 'no-packet-lost': {
      const lost = world.lanes.findIndex((lane) => lane.flight.stage.kind === 'ended' && lane.flight.stage.disposition.kind === 'dropped');
      return lost < 0 ? HOLDS : { kind: 'broken', why: `packet ${lost + 1} is lost` };
    }
    case 'replies-translated':
      return checkReplies(host, world, sent, law.after);
    case 'own':
      return law.check({ host, world, sent });
    case 'table-empty': {
      const count = countEntries(world.state.conntrack, later(world.state.now, law.after));
      return count === 0 ? HOLDS : { kind: 'broken', why: `${count} left` };
    }
  }
};

/** The answers come one after the other, in the order of the questions. */
const checkReplies = (host: Host, world: RaceWorld, sent: readonly Packet[], after: Duration): LawVerdict => {
  let state = { ...world.state, now: later(world.state.now, after) };
  const chance: Chance = seededChance(0);
  for (const [at, lane] of world.lanes.entries()) {
    const question = sent[at];
    const device = leftBy(lane);
    if (question === undefined || device === undefined) continue;
    const reply = answerTo(lane.flight.packet);
    const result = send(host, { ...state, now: later(state.now, milliseconds(1)) }, arriving(reply, device), chance);
    ({ state } = result);
    const { packet } = result.journey;
    if (packet.src !== question.dst || packet.dst !== question.src || !samePorts(packet, question)) {
      return { kind: 'broken', why: `the reply to packet ${at + 1} comes from ${packet.src}, not from ${question.dst}` };
    }
  }
  return HOLDS;
};

const leftBy = ({ flight: { stage } }: Lane): string | undefined =>
  stage.kind === 'ended' && stage.disposition.kind === 'forwarded' ? stage.disposition.device : undefined;

/** What the server at the other end sends back: a datagram, or the SYN/ACK to a SYN. */
const answerTo = (packet: Packet): Packet => {
  const turned = { ...packet, src: packet.dst, dst: packet.src, ttl: 64 };
  switch (turned.kind) {
    case 'udp':
    case 'ported':
      return { ...turned, sport: turned.dport, dport: turned.sport };
    case 'tcp': {
      const acknowledgement = (turned.sequence + 1) >>> 0;
      return { ...turned, sport: turned.dport, dport: turned.sport, flags: TCP_FLAG.SYN | TCP_FLAG.ACK, acknowledgement };
    }
    case 'icmp':
      return { ...turned, icmpType: 0 };
    case 'icmpv6':
      return { ...turned, icmpType: 129 };
    case 'other':
      return turned;
  }
};

const samePorts = (reply: Packet, question: Packet): boolean => {
  const [from, to] = [portsOf(reply), portsOf(question)];
  return from === undefined || to === undefined || (from.sport === to.dport && from.dport === to.sport);
};

const portsOf = (packet: Packet): { readonly sport: number; readonly dport: number } | undefined =>
  packet.kind === 'udp' || packet.kind === 'tcp' || packet.kind === 'ported' ? packet : undefined;
