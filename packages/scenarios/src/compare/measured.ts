import { countsOf } from '../measure/counts.ts';
import type { EntryPoint, Pressure } from '../measure/entries.ts';
import { entriesAtRate, entriesOverTime, pressureOf, rateThatFills } from '../measure/entries.ts';
import { answeredBy, lossesOf } from '../measure/events.ts';
import type { Latency } from '../measure/latency.ts';
import { latencyOf } from '../measure/latency.ts';
import type { Actor, RecordedEntry, Recording } from '../run/recording.ts';
import type { Counted } from '../scenario/expectation.ts';

/** What one recording comes to, for a comparison: plain data, for a table or a picture. */
export interface Measured {
  /** As the comparison calls it. */
  readonly name: string;
  /** That of the recording. */
  readonly seed: number;
  readonly answeredBy: readonly Actor[];
  /** How often, by what it is. */
  readonly counts: Readonly<Record<Counted, number>>;
  /** Of those that the cache was asked, the part that it had, 0 to 1; absent: it was not asked. */
  readonly hitShare?: number;
  readonly latency: Latency;
  /** How many packets were lost (`count`) for which reason (`why`, in words). */
  readonly losses: readonly { readonly why: string; readonly count: number }[];
  readonly conntrack: MeasuredTable;
}

/** How full the conntrack table gets. */
export interface MeasuredTable {
  readonly overTime: readonly EntryPoint[];
  readonly entries: readonly RecordedEntry[];
  readonly pressure: Pressure;
  /** At a rate of lookups like these. */
  readonly atRates: readonly { readonly lookupsPerSecond: number; readonly entries: number }[];
  /** How many lookups in a second fill the table; absent: they leave nothing in it. */
  readonly fullAtPerSecond?: number;
}

/** Rates of a node's lookups that are told, unless others are asked for. */
const RATES: readonly number[] = [100, 1000, 10_000];

export const measure = (name: string, recording: Recording, entriesMax: number, rates = RATES): Measured => {
  const counts = countsOf(recording);
  const asked = counts['cache-hits'] + counts['cache-misses'];
  const losses = lossesOf(recording).map(({ why }) => why);
  const pressure = pressureOf(recording, entriesMax);
  const fullAt = rateThatFills(pressure);
  return {
    name,
    seed: recording.seed,
    answeredBy: answeredBy(recording),
    counts,
    ...(asked === 0 ? {} : { hitShare: counts['cache-hits'] / asked }),
    latency: latencyOf(recording),
    losses: [...new Set(losses)].map((why) => ({ why, count: losses.filter((other) => other === why).length })),
    conntrack: {
      overTime: entriesOverTime(recording),
      entries: recording.entries,
      pressure,
      atRates: rates.map((lookupsPerSecond) => ({ lookupsPerSecond, entries: entriesAtRate(pressure, lookupsPerSecond) })),
      ...(fullAt === Infinity ? {} : { fullAtPerSecond: Math.floor(fullAt) }),
    },
  };
};
