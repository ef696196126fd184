import type { RecordedLookup, Recording } from '../run/recording.ts';
import { isClient, packetsOf } from './events.ts';

/** How long lookups took, in milliseconds, shortest first. */
export interface Latency {
  readonly all: readonly number[];
  readonly least: number;
  readonly median: number;
  /** So long at most took 99 of 100. */
  readonly p99: number;
  readonly most: number;
}

/** The smallest value that so large a part of them does not exceed (nearest rank); 0 of none. */
const quantile = (sorted: readonly number[], part: number): number => sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? 0;

export const latencyOf = ({ lookups }: Recording): Latency => {
  const all = lookups.map(({ elapsedMs }) => elapsedMs).toSorted((a, b) => a - b);
  return { all, least: all[0] ?? 0, median: quantile(all, 0.5), p99: quantile(all, 0.99), most: all.at(-1) ?? 0 };
};

/** Five seconds are the timeout of glibc and of Go; the packet that begins a wait meets the node a little after it was sent. */
const WAIT_MS = 4990;

/** How often a lookup sat for five seconds or longer in which nothing was sent or came for its client. */
export const fiveSecondWaits = (recording: Recording): number => recording.lookups.reduce((sum, lookup) => sum + waitsOf(recording, lookup), 0);

const waitsOf = (recording: Recording, { number, startedAtMs, elapsedMs }: RecordedLookup): number => {
  if (elapsedMs < WAIT_MS) return 0;
  const endedAtMs = startedAtMs + elapsedMs;
  const moments = packetsOf(recording).flatMap(({ lookup, from, to, atMs }) => (lookup === number && (isClient(from) || isClient(to)) && atMs <= endedAtMs ? [atMs] : []));
  const all = [startedAtMs, ...moments, endedAtMs];
  return all.filter((atMs, at) => atMs - (all[at - 1] ?? atMs) >= WAIT_MS).length;
};
