import type { Host } from '../host/host.ts';
import { canonicalText } from './canonical.ts';
import { raceChance } from './chance.ts';
import type { RaceDecisions } from './chance.ts';
import { isOver } from './lane.ts';
import { outcomeOf } from './outcome.ts';
import type { RaceOutcome } from './outcome.ts';
import { advance, isFinished } from './world.ts';
import type { Made, RaceWorld } from './world.ts';

/** One way in which a race can end. */
export interface RaceResult {
  readonly outcome: RaceOutcome;
  /** In how many orders of moves it ends so; where chance decides too, on the average. */
  readonly schedules: number;
  /** Part of all orders of moves, 0 to 1, each as likely as any other. */
  readonly share: number;
  /** An order with few changes from packet to packet, and what chance said in it: `runSchedule` walks it again. */
  readonly schedule: readonly Made[];
  /** The world at that end. */
  readonly world: RaceWorld;
}

/** All that a race can come to. */
export interface RaceExploration {
  readonly results: readonly RaceResult[];
  /** How many orders of moves there are. */
  readonly schedules: number;
  /** How many worlds were looked at; without reduction, every step of every order is one. */
  readonly worlds: number;
  /** Moves in all orders together: so many steps it would take to walk each by itself. */
  readonly moves: number;
}

/** How a race is explored. */
export interface RaceOptions extends RaceDecisions {
  /** Each world once, however many orders lead there (the default). */
  readonly reduced?: boolean;
  /** Told now and then how many worlds were looked at so far; absent: nobody is. */
  readonly watch?: (worlds: number) => void;
}

/** Worlds from one telling to the next. */
const WATCH_EVERY = 250;

type Tally = Omit<RaceResult, 'share'>;

/** Outcomes by their text. */
type Distribution = ReadonlyMap<string, Tally>;

interface Search {
  readonly host: Host;
  /** Worlds whose future is known; absent: every order is walked for itself. */
  readonly known: Map<string, Distribution> | undefined;
  readonly watch: RaceOptions['watch'];
  readonly decisions: RaceDecisions;
  worlds: number;
}

/**
 * Every order in which the packets can make their moves. Worlds that go on alike are walked from only
 * once, however many orders lead there, and counted for all of them; `reduced: false` walks each order
 * for itself, to hold the two against each other.
 */
export const exploreRace = (
  host: Host,
  world: RaceWorld,
  { reduced = true, watch, ...decisions }: RaceOptions = {},
): RaceExploration => {
  const search: Search = { host, known: reduced ? new Map() : undefined, watch, decisions, worlds: 0 };
  const found = [...futureOf(search, world).values()];
  const schedules = found.reduce((sum, tally) => sum + tally.schedules, 0);
  const results = found.map((tally) => ({ ...tally, share: tally.schedules / schedules }));
  const moves = found.reduce((sum, tally) => sum + tally.schedules * tally.schedule.length, 0);
  return { results: results.sort((a, b) => b.share - a.share), schedules: Math.round(schedules), worlds: search.worlds, moves };
};

const futureOf = (search: Search, world: RaceWorld): Distribution => {
  const key = search.known === undefined ? '' : canonicalText(world);
  const before = search.known?.get(key);
  if (before !== undefined) return before;
  search.worlds += 1;
  if (search.worlds % WATCH_EVERY === 0) search.watch?.(search.worlds);
  const future = isFinished(world) ? ended(world) : branch(search, world);
  search.known?.set(key, future);
  return future;
};

const ended = (world: RaceWorld): Distribution => {
  const outcome = outcomeOf(world);
  return new Map([[JSON.stringify(outcome), { outcome, schedules: 1, schedule: [], world }]]);
};

/** The packets that can still move. */
const movable = ({ lanes }: RaceWorld): readonly number[] =>
  lanes.flatMap(({ flight }, lane) => (isOver(flight) ? [] : [lane]));

const branch = (search: Search, world: RaceWorld): Distribution => {
  const merged = new Map<string, Tally>();
  for (const lane of movable(world)) {
    for (const { world: next, made, probability } of outcomesOfMove(search, world, lane)) {
      for (const [key, tally] of futureOf(search, next)) {
        const schedule = [made, ...tally.schedule];
        const other = merged.get(key);
        merged.set(key, {
          ...tally,
          schedules: tally.schedules * probability + (other?.schedules ?? 0),
          schedule: other === undefined || changes(schedule) < changes(other.schedule) ? schedule : other.schedule,
        });
      }
    }
  }
  return merged;
};

const changes = (schedule: readonly Made[]): number =>
  schedule.filter(({ lane }, at) => at > 0 && schedule[at - 1]?.lane !== lane).length;

/** A move of one packet, once for each answer that chance can give. */
const outcomesOfMove = (
  { host, decisions }: Search,
  world: RaceWorld,
  lane: number,
): readonly { readonly world: RaceWorld; readonly made: Made; readonly probability: number }[] => {
  const moves = world.lanes[lane]?.trace.length ?? 0;
  const open: (readonly boolean[])[] = [[]];
  const found: { readonly world: RaceWorld; readonly made: Made; readonly probability: number }[] = [];
  for (let script = open.pop(); script !== undefined; script = open.pop()) {
    const chance = raceChance({ lane, moves }, script, decisions);
    const next = advance(host, world, lane, chance);
    const probability = chance.drawn.reduce(
      (product, { choice, answer }) =>
        choice.kind === 'chance' ? product * (answer ? choice.probability : 1 - choice.probability) : product,
      1,
    );
    found.push({ ...next, probability });
    for (let at = chance.drawn.length - 1; at >= script.length; at -= 1) {
      open.push([...chance.drawn.slice(0, at).map(({ answer }) => answer), false]);
    }
  }
  return found;
};
