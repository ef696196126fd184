import type { Clock } from '../run/clock.ts';
import { bucketOf } from './latency.ts';
import type { FleetCount, Series } from './tally.ts';
import { FLEET_COUNTS } from './tally.ts';
import type { Window } from './windows.ts';

/** Counts of one node as they grow. */
export interface Counter {
  count(what: FleetCount): void;
  /** A lookup is over. */
  took(startedMs: number, ms: number): void;
  readonly series: Series;
  readonly latency: readonly (readonly number[])[];
}

export const createCounter = (clock: Clock, windows: readonly Window[]): Counter => {
  const series = Object.fromEntries(FLEET_COUNTS.map((counted) => [counted, [] as number[]])) as Record<FleetCount, number[]>;
  const latency = windows.map((): number[] => []);
  return {
    count(what) {
      add(series[what], Math.floor(clock.nowMs / 1000));
    },
    took(startedMs, ms) {
      const buckets = latency[windows.findIndex(({ fromMs, untilMs }) => startedMs >= fromMs && startedMs < untilMs)];
      if (buckets !== undefined) add(buckets, bucketOf(ms));
    },
    series,
    latency,
  };
};

/** Arrays without holes: V8 keeps these apart from others, and so does JSON. */
const add = (counts: number[], at: number): void => {
  while (counts.length <= at) counts.push(0);
  counts[at] = (counts[at] ?? 0) + 1;
};
