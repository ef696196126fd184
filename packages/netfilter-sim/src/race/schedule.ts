import type { Chance } from '../chance.ts';
import type { Host } from '../host/host.ts';
import { checkText, wholeNumber } from '../range.ts';
import { raceChance } from './chance.ts';
import type { RaceDecisions } from './chance.ts';
import { isOver } from './lane.ts';
import { advance, laneOf } from './world.ts';
import type { Made, RaceWorld } from './world.ts';

/**
 * Every order of so many moves for each lane: lists of lanes, each saying who moves. `counts` has how many moves each packet
 * makes, the first packet's first.
 * @throws RangeError for what is no whole number from 0
 */
export const interleavings = (counts: readonly number[]): readonly (readonly number[])[] => {
  for (const [lane, count] of counts.entries()) wholeNumber(`counts[${lane}]`, count, 0, Number.MAX_SAFE_INTEGER);
  return ordersOf(counts);
};

const ordersOf = (counts: readonly number[]): readonly (readonly number[])[] => {
  if (counts.every((count) => count === 0)) return [[]];
  return counts.flatMap((count, lane) => {
    if (count === 0) return [];
    const rest = counts.map((other, at) => (at === lane ? other - 1 : other));
    return ordersOf(rest).map((tail) => [lane, ...tail]);
  });
};

/** Whose turn it is, and what chance answers in it, question by question; what is not said is drawn. */
export interface Turn {
  /** The packet, counted from 0. */
  readonly lane: number;
  /** Answers in the order of the questions; absent: none is given. */
  readonly draws?: readonly boolean[];
}

/** What decides besides the order. */
export interface ScheduleOptions extends RaceDecisions {
  /** Answers what no turn says; without it, every such question is answered with yes. */
  readonly chance?: Pick<Chance, 'choose'>;
}

/**
 * Lets the packets move in this order, then, lane by lane, to their ends. The `schedule` of a `RaceResult` is such an
 * order, with the draws that lead to that end. `turns` are lanes, counted from 0, or lanes with what chance answers; a turn of a packet
 * that is at its end does nothing.
 * @throws RangeError for a turn of a packet that is not in the race
 */
export const runSchedule = (
  host: Host,
  start: RaceWorld,
  turns: readonly (number | Turn)[],
  { chance, ...decisions }: ScheduleOptions = {},
): { readonly world: RaceWorld; readonly made: readonly Made[] } => {
  let world = start;
  const made: Made[] = [];
  const move = ({ lane, draws = [] }: Turn): boolean => {
    const { flight, trace } = laneOf(world, lane);
    if (isOver(flight)) return false;
    const at = { lane, moves: trace.length };
    const next = advance(host, world, lane, raceChance(at, draws, decisions, chance && ((choice) => chance.choose(choice))));
    ({ world } = next);
    made.push(next.made);
    return true;
  };
  for (const turn of turns) move(typeof turn === 'number' ? { lane: turn } : turn);
  for (const lane of start.lanes.keys()) while (move({ lane }));
  return { world, made };
};

/** A schedule in one word, as `readSchedule` reads it: `1,2:yn,1`, packets counted from 1, draws as y and n. */
export const printSchedule = (turns: readonly Turn[]): string =>
  turns
    .map(({ lane, draws = [] }) => `${lane + 1}${draws.length === 0 ? '' : `:${draws.map((draw) => (draw ? 'y' : 'n')).join('')}`}`)
    .join(',');

/** `undefined` where the text is no schedule. @throws TypeError for what is no text at all */
export const readSchedule = (text: string): readonly Turn[] | undefined => {
  checkText('text', text);
  const turns = text.split(',').map((word) => {
    const found = /^([1-9]\d*)(?::([yn]+))?$/.exec(word);
    if (found === null) return undefined;
    const draws = (found[2] ?? '').split('').map((letter) => letter === 'y');
    return { lane: Number(found[1]) - 1, ...(draws.length === 0 ? {} : { draws }) };
  });
  return turns.some((turn) => turn === undefined) ? undefined : turns.flatMap((turn) => (turn === undefined ? [] : [turn]));
};
