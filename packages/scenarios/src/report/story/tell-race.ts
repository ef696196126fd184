import { advance, exploreRace, flightFrom, newHostState, newRaceWorld, printKernelVersion, seededChance } from '@nodelocal/netfilter-sim';
import type { Host, KernelVersion, Made, RaceResult, RaceWorld } from '@nodelocal/netfilter-sim';
import type { RaceExperiment } from '../../races/experiment.ts';
import { raceRow } from './race-rows.ts';
import type { RaceRow, RaceStory } from './race-story.ts';

const OWNER = { kind: 'unknown' } as const;

/** Packets sent together, in an order in which one of them is lost where there is one; else in the order that the most orders are like. */
export const tellRace = (experiment: RaceExperiment, lesson: Host, kernel: KernelVersion): RaceStory => {
  const host = { ...experiment.node(lesson), kernelVersion: kernel };
  const start = newRaceWorld(newHostState(), experiment.packets.map((packet) => flightFrom(host, packet, OWNER)));
  const { results, schedules } = exploreRace(host, start);
  const lossy = results.filter(losesOne);
  const shown = lossy[0] ?? results[0];
  const lostShare = lossy.reduce((sum, { share }) => sum + share, 0);
  return {
    name: `Remedy: ${experiment.name}`,
    what: `${experiment.what}. On Linux ${printKernelVersion(kernel)}, a packet is lost in ${lostShare === 0 ? 'none' : `${(100 * lostShare).toFixed(0)} %`} of ${schedules} orders of moves.`,
    packets: experiment.packets,
    rows: shown === undefined ? [] : rowsOf(host, start, shown.schedule),
    fates: (shown?.outcome.fates ?? []).map((text) => ({ text, lost: text.startsWith('dropped') })),
  };
};

const losesOne = ({ world }: RaceResult): boolean =>
  world.lanes.some(({ flight: { stage } }) => stage.kind === 'ended' && stage.disposition.kind === 'dropped');

/** The same order walked again, and what each move added to its packet's trace. */
const rowsOf = (host: Host, start: RaceWorld, schedule: readonly Made[]): readonly RaceRow[] => {
  let world = start;
  const ports = seededChance(1);
  return schedule.map(({ lane, move, draws }) => {
    const before = world.lanes[lane]?.trace.length ?? 0;
    let next = 0;
    const chance = { drawn: [], choose: () => draws[next++] ?? true, integer: (below: number) => ports.integer(below) };
    ({ world } = advance(host, world, lane, chance));
    const added = world.lanes[lane]?.trace.slice(before) ?? [];
    return { ...raceRow(lane, added), move: move === 'end' ? 'comes to its end' : move };
  });
};
