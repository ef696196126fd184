import type { RecordedEntry, Recording } from '../run/recording.ts';

/** How many entries the table had from this moment on. */
export interface EntryPoint {
  readonly atMs: number;
  /** From 0. */
  readonly entries: number;
}

const livesAt = ({ fromMs, untilMs }: RecordedEntry, atMs: number): boolean => fromMs <= atMs && atMs < untilMs;

/** The number of entries over time, a point for each change; what times out later than the recording ends is told too. */
export const entriesOverTime = ({ entries }: Recording): readonly EntryPoint[] => {
  const moments = [...new Set(entries.flatMap(({ fromMs, untilMs }) => [fromMs, untilMs]))].toSorted((a, b) => a - b);
  return moments.map((atMs) => ({ atMs, entries: entries.filter((entry) => livesAt(entry, atMs)).length }));
};

export const entriesAtEnd = ({ entries, endedAtMs }: Recording): number => entries.filter((entry) => livesAt(entry, endedAtMs)).length;

/** What one lookup leaves in the table, and what a table is like at a rate of such lookups. */
export interface Pressure {
  /** Entries that packets of clients make, or answers to them, for each lookup; and how long each of them lives on the average. */
  readonly entriesPerLookup: number;
  readonly meanLifeMs: number;
  /** How many connections the cache has to its upstreams, which serve all lookups. */
  readonly shared: number;
  /** How many the table takes (`nf_conntrack_max`). */
  readonly entriesMax: number;
}

const TCP = 6;

/** Entries that come with each lookup: all but TCP connections that no client has opened, which the cache uses again. */
const isOfLookup = ({ client, protocol }: RecordedEntry): boolean => client !== undefined || protocol !== TCP;

export const pressureOf = ({ entries, lookups }: Recording, entriesMax: number): Pressure => {
  const own = entries.filter(isOfLookup);
  const life = own.reduce((sum, { fromMs, untilMs }) => sum + untilMs - fromMs, 0);
  return {
    entriesPerLookup: lookups.length === 0 ? 0 : own.length / lookups.length,
    meanLifeMs: own.length === 0 ? 0 : life / own.length,
    shared: entries.length - own.length,
    entriesMax,
  };
};

/** Little's law: so many entries stand at a time where so many lookups begin in a second, and none is evicted. */
export const entriesAtRate = ({ entriesPerLookup, meanLifeMs, shared }: Pressure, lookupsPerSecond: number): number =>
  Math.round(lookupsPerSecond * entriesPerLookup * (meanLifeMs / 1000) + shared);

/** The rate at which the table is full; Infinity where lookups leave nothing. */
export const rateThatFills = ({ entriesPerLookup, meanLifeMs, shared, entriesMax }: Pressure): number =>
  entriesPerLookup === 0 ? Infinity : Math.max(0, entriesMax - shared) / (entriesPerLookup * (meanLifeMs / 1000));
