import type { Host } from '../host/host.ts';
import { raceChance } from './chance.ts';
import { isOver } from './lane.ts';
import { advance } from './world.ts';
import type { Made, RaceWorld } from './world.ts';

/** Every order of so many moves for each lane: lists of lanes, each saying who moves. */
export const interleavings = (counts: readonly number[]): readonly (readonly number[])[] => {
  if (counts.every((count) => count === 0)) return [[]];
  return counts.flatMap((count, lane) => {
    if (count === 0) return [];
    const rest = counts.map((other, at) => (at === lane ? other - 1 : other));
    return interleavings(rest).map((tail) => [lane, ...tail]);
  });
};

/** Lets the packets move in this order, then, lane by lane, to their ends. */
export const runSchedule = (
  host: Host,
  start: RaceWorld,
  lanes: readonly number[],
): { readonly world: RaceWorld; readonly made: readonly Made[] } => {
  let world = start;
  const made: Made[] = [];
  const move = (lane: number): boolean => {
    const flight = world.lanes[lane]?.flight;
    if (flight === undefined || isOver(flight)) return false;
    const next = advance(host, world, lane, raceChance(lane, world.lanes[lane]?.trace.length ?? 0, []));
    ({ world } = next);
    made.push(next.made);
    return true;
  };
  for (const lane of lanes) move(lane);
  for (const lane of start.lanes.keys()) while (move(lane));
  return { world, made };
};
