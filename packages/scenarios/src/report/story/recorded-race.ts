import { describeStep, dispositionSentence, printPacket } from '@nodelocal/netfilter-sim';
import type { Journey, TraceStep } from '@nodelocal/netfilter-sim';
import { packetsOf } from '../../measure/events.ts';
import type { PacketEvent } from '../../measure/events.ts';
import type { Recording } from '../../run/recording.ts';
import { raceRow } from './race-rows.ts';
import type { Fate, RaceRow, RaceStory } from './race-story.ts';

/** The first race of a recording in which a packet is lost, else its first; none where nothing was under way at once. */
export const recordedRace = (name: string, recording: Recording): readonly RaceStory[] => {
  const races = new Map<number, readonly PacketEvent[]>();
  for (const packet of packetsOf(recording)) {
    if (packet.raced !== undefined) races.set(packet.raced.race, [...(races.get(packet.raced.race) ?? []), packet]);
  }
  const all = [...races.values()];
  const shown = all.find((packets) => packets.some(({ journey }) => isLost(journey))) ?? all[0];
  return shown === undefined ? [] : [raceOf(name, shown, all)];
};

const isLost = ({ outcome }: Journey): boolean => outcome.kind === 'dropped';

const raceOf = (name: string, packets: readonly PacketEvent[], all: readonly (readonly PacketEvent[])[]): RaceStory => {
  const lossy = all.filter((race) => race.some(({ journey }) => isLost(journey))).length;
  return {
    name,
    what: `Sent at once, and handled by several processors. This was so ${all.length} times in this recording, and ${lossy === 0 ? 'never' : `${lossy} times`} a packet was lost in it.`,
    packets: packets.map(({ sent }) => printPacket(sent)),
    rows: rowsOf(packets),
    fates: packets.map(({ journey }) => fateOf(journey)),
  };
};

const fateOf = (journey: Journey): Fate => {
  const { outcome } = journey;
  const lost = isLost(journey);
  const text = outcome.kind === 'held' ? `held in queue ${outcome.queue}` : dispositionSentence(outcome);
  return { text: lost ? text : `${text} as ${printPacket(journey.packet)}`, lost };
};

/** Steps in the order of their turns; what one packet does without the other coming between is one row. */
const rowsOf = (packets: readonly PacketEvent[]): readonly RaceRow[] => {
  const steps = packets.flatMap(({ journey, raced }, lane) => journey.trace.map((step, at) => ({ lane, turn: raced?.turns[at] ?? 0, step }))).toSorted((a, b) => a.turn - b.turn);
  const rows: { readonly lane: number; readonly steps: TraceStep[] }[] = [];
  for (const { lane, step } of steps) {
    // A step that says nothing is no reason for a row.
    if (describeStep(step).length === 0) continue;
    const last = rows.at(-1);
    if (last?.lane === lane) last.steps.push(step);
    else rows.push({ lane, steps: [step] });
  }
  return rows.map((row) => raceRow(row.lane, row.steps));
};
