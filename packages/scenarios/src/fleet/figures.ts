import { quantile } from './latency.ts';
import type { Way } from './node.ts';
import type { FleetPlan } from './plan.ts';
import type { FleetCount, Tally } from './tally.ts';
import { FLEET_COUNTS } from './tally.ts';
import type { Window } from './windows.ts';
import { windowsOf } from './windows.ts';

/** What came of a fleet in one window of time. */
export interface WindowFigures {
  readonly window: Window;
  /** Of all nodes together. */
  readonly counts: Readonly<Record<FleetCount, number>>;
  /** How many queries CoreDNS heard in the second in which it heard the most. */
  readonly coreDnsPeak: number;
  /** Of the queries that the agents had, the part that was answered from their caches, 0 to 1; `undefined` where they had none. */
  readonly hitShare: number | undefined;
  /** How long lookups took, from their start to their end, each rounded up by a fifth at most. */
  readonly latencyMs: Readonly<Record<'median' | 'p95' | 'p99', number | undefined>>;
  /** Conntrack entries that DNS makes: of a node on average, and of the one that has the most at any second. */
  readonly entriesMean: number;
  /** Of the node that has the most at any second. */
  readonly entriesMax: number;
}

/** What a fleet's run came to; plain data. */
export interface FleetReport {
  readonly schema: 1;
  readonly plan: FleetPlan;
  /** What the figures rest on, besides the plan. */
  readonly assumptions: readonly string[];
  readonly windows: Readonly<Record<Way, readonly WindowFigures[]>>;
  /** By seconds from the start, time to warm up included. */
  readonly tallies: Readonly<Record<Way, Tally>>;
}

export const figuresOf = (plan: FleetPlan, tally: Tally): readonly WindowFigures[] =>
  windowsOf(plan).map((window, index) => {
    const within = (counts: readonly number[]): readonly number[] => counts.slice(Math.ceil(window.fromMs / 1000), Math.ceil(window.untilMs / 1000));
    const counts = Object.fromEntries(FLEET_COUNTS.map((counted) => [counted, sum(within(tally.series[counted]))])) as Record<FleetCount, number>;
    const buckets = tally.latency[index] ?? [];
    const entries = within(tally.entries);
    const fromCache = counts.hits + counts.denialHits + counts.staleHits;
    return {
      window,
      counts,
      coreDnsPeak: most(within(tally.series.coreDns)),
      hitShare: counts.toAgent === 0 ? undefined : fromCache / counts.toAgent,
      latencyMs: { median: quantile(buckets, 0.5), p95: quantile(buckets, 0.95), p99: quantile(buckets, 0.99) },
      entriesMean: entries.length === 0 ? 0 : sum(entries) / entries.length / tally.nodes,
      entriesMax: most(within(tally.entriesMax)),
    };
  });

const sum = (numbers: readonly number[]): number => numbers.reduce((all, number) => all + number, 0);

const most = (numbers: readonly number[]): number => numbers.reduce((most, number) => Math.max(most, number), 0);
