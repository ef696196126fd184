import type { RecordedLookup, Recording } from '../run/recording.ts';
import { isClient, isClientQuestion } from './events.ts';

/** How long lookups took, in milliseconds, shortest first. */
export interface Latency {
  /** One for each lookup. */
  readonly all: readonly number[];
  /** In milliseconds, as are the others; 0 where there was no lookup. */
  readonly least: number;
  /** Half of them took no longer. */
  readonly median: number;
  /** So long at most took 99 of 100. */
  readonly p99: number;
  /** The longest. */
  readonly most: number;
}

/** The smallest value that so large a part of them does not exceed (nearest rank); 0 of none. */
const quantile = (sorted: readonly number[], part: number): number => sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? 0;

export const latencyOf = ({ lookups }: Recording): Latency => {
  const all = lookups.map(({ elapsedMs }) => elapsedMs).toSorted((a, b) => a - b);
  return { all, least: all[0] ?? 0, median: quantile(all, 0.5), p99: quantile(all, 0.99), most: all.at(-1) ?? 0 };
};

/** Five seconds are the timeout of glibc and of Go. */
const WAIT_MS = 4990;

/** How often a lookup asked, and then for five seconds asked nothing more and had not ended. */
export const fiveSecondWaits = ({ events, lookups }: Recording): number => {
  const asked = new Map<number, number[]>();
  for (const event of events) {
    const isQuestion = (event.kind === 'packet' && isClientQuestion(event)) || (event.kind === 'lost' && isClient(event.from));
    if (isQuestion) asked.set(event.lookup, [...(asked.get(event.lookup) ?? []), event.atMs]);
  }
  return lookups.reduce((sum, lookup) => sum + waitsOf(lookup, asked.get(lookup.number) ?? []), 0);
};

const waitsOf = ({ startedAtMs, elapsedMs }: RecordedLookup, asked: readonly number[]): number => {
  const moments = [...asked, startedAtMs + elapsedMs];
  return moments.filter((atMs, at) => atMs - (moments[at - 1] ?? atMs) >= WAIT_MS).length;
};
