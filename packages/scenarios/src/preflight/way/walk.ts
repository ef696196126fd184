import { explore, flightFrom, seededChance } from '@nodelocal/netfilter-sim';
import type { Journey, Node, Packet, Possibility } from '@nodelocal/netfilter-sim';
import type { NewRules } from '../node/new-rules.ts';
import { dropperOf, eventsOf } from './events.ts';
import type { Passage, Way, WayEnd } from './passage.ts';

export interface Walked {
  readonly passage: Passage;
  /** The first packet of each way, in the order of the ways, with what it left behind. */
  readonly firsts: readonly Possibility[];
}

/** A packet's ways through a node, whatever chance and the unknown decide. */
export const walk = ({ host, state }: Node, packet: string, newRules: NewRules): Walked => {
  const { kind, possibilities } = explore(host, state, flightFrom(host, packet, NOBODY), { ports: seededChance(1) });
  const groups = new Map<string, Possibility[]>();
  for (const one of possibilities) {
    const key = kindOfWay(one.journey);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const together = [...groups.values()];
  const ways = together.flatMap(([first, ...others]) => (first === undefined ? [] : [wayOf(first, others, { alone: together.length === 1, newRules })]));
  return { passage: { packet, ways, tooMany: kind === 'too-many' }, firsts: together.flatMap(([first]) => first ?? []) };
};

/** Whose socket it is, nobody told: where a rule asks, both answers are looked at. */
const NOBODY = { kind: 'unknown' } as const;

/** By which device a packet leaves follows from the backend that chance chose. */
const kindOfWay = ({ outcome, packet, trace }: Journey): string =>
  JSON.stringify([withoutDevice(outcome), packet.src, trace.some(({ kind }) => kind === 'untracked')]);

const withoutDevice = (end: WayEnd): unknown => (end.kind === 'forwarded' || end.kind === 'sent' ? end.kind : end);

const wayOf = (first: Possibility, others: readonly Possibility[], { alone, newRules }: { readonly alone: boolean; readonly newRules: NewRules }): Way => {
  const all = [first, ...others];
  const ends = all.map(({ journey }) => journey);
  const unknown = all.flatMap(({ decisions }) => decisions.flatMap(({ choice }) => (choice.kind === 'unknown' ? [choice.what] : [])));
  return {
    events: eventsOf(first.journey.trace, newRules),
    end: first.journey.outcome,
    droppedBy: dropperOf(first.journey, newRules),
    from: printEnd(first.journey.packet, 'source'),
    to: [...new Set(ends.map(({ packet }) => printEnd(packet, 'destination')))],
    devices: [...new Set(ends.flatMap(({ outcome }) => ('device' in outcome ? [outcome.device] : [])))],
    hangsOn: alone ? [] : [...new Set(unknown)],
  };
};

const printEnd = (packet: Packet, side: 'source' | 'destination'): string => {
  const address = side === 'source' ? packet.src : packet.dst;
  if (packet.kind !== 'udp' && packet.kind !== 'tcp') return address;
  return printSocket(address, side === 'source' ? packet.sport : packet.dport);
};

export const printSocket = (address: string, port: number): string => (address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`);
