import type { LookupResult } from '../resolver/machine.ts';
import type { ScenarioLookup } from '../scenario/lookup.ts';
import type { Timing } from './clock.ts';

/** What one lookup is, in the order in which they begin. */
export interface BegunLookup {
  readonly number: number;
  readonly lookup: ScenarioLookup;
  readonly name: string;
  readonly startedAtMs: number;
}

export interface ScheduleOptions {
  readonly clock: Timing;
  readonly lookups: readonly ScenarioLookup[];
  readonly begin: (begun: BegunLookup, then: (result: LookupResult) => void) => void;
  /** All of them have ended. */
  readonly done: () => void;
}

/** How many they are, repetitions included. */
export const countLookups = (lookups: readonly ScenarioLookup[]): number => lookups.reduce((sum, { repeat }) => sum + (repeat?.times ?? 1), 0);

/** Begins lookups when they are due: at a time, or after the one that stands before. */
export const scheduleLookups = ({ clock, lookups, begin, done }: ScheduleOptions): void => {
  let begun = 0;
  let open = countLookups(lookups);
  if (open === 0) done();

  const beginOne = (lookup: ScenarioLookup, repetition: number, then: () => void): void => {
    const name = lookup.name.replaceAll('{n}', String(repetition));
    const one: BegunLookup = { number: begun, lookup, name, startedAtMs: clock.nowMs };
    begun += 1;
    begin(one, () => {
      open -= 1;
      then();
      if (open === 0) done();
    });
  };
  const beginAll = (at: number): void => {
    const lookup = lookups[at];
    if (lookup === undefined) return;
    const { times, everyMs } = lookup.repeat ?? { times: 1, everyMs: 0 };
    for (let repetition = 2; repetition <= times; repetition += 1) {
      clock.at(clock.nowMs + (repetition - 1) * everyMs, () => beginOne(lookup, repetition, () => undefined));
    }
    beginOne(lookup, 1, () => follow(at + 1));
  };
  const follow = (at: number): void => {
    const start = lookups[at]?.start;
    if (start?.kind === 'after') clock.at(clock.nowMs + start.afterMs, () => beginAll(at));
  };

  follow(0);
  for (const [at, { start }] of lookups.entries()) if (start.kind === 'at') clock.at(start.atMs, () => beginAll(at));
};
