import type { Counts, View, ViewedLookup } from './view.ts';

/** One thing of which both tell. */
export interface KernelRow {
  /** What it is, in words. */
  readonly what: string;
  /** What the model says, `0` or `-` where that is nothing. */
  readonly model: string;
  /** What the kernel showed, likewise. */
  readonly kernel: string;
  /** Both say the same, as far as a machine with much to do can. */
  readonly agrees: boolean;
}

/** A machine with much to do is late, and the model never is: by so much, or by a part of the time. */
const LATE_MS = 900;
const LATE_PART = 0.1;

/** @param asked the addresses that clients ask: other entries are of the cache's own sockets */
export const compareViews = (model: View, kernel: View, asked: ReadonlySet<string>): readonly KernelRow[] => [
  ...Array.from({ length: Math.max(model.lookups.length, kernel.lookups.length) }, (_, at) => lookupRow(at, model.lookups[at], kernel.lookups[at])),
  ...countRows('heard: ', model.heard, kernel.heard),
  ...countRows('entry: ', model.entries, kernel.entries).map((row) => (isOfPool(row.what, asked) ? { ...row, agrees: row.model !== '0' && row.kernel !== '0' && Number(row.kernel) <= Number(row.model) } : row)),
  ...countRows('rule: ', model.ruled, kernel.ruled),
];

const lookupRow = (at: number, model: ViewedLookup | undefined, kernel: ViewedLookup | undefined): KernelRow => {
  const known = model ?? kernel;
  const isAsLong = model !== undefined && kernel !== undefined && Math.abs(model.elapsedMs - kernel.elapsedMs) < LATE_MS + LATE_PART * model.elapsedMs;
  return { what: `lookup ${at + 1}: ${known?.name ?? ''}`, model: lookupWords(model), kernel: lookupWords(kernel), agrees: isAsLong && model.outcome === kernel.outcome };
};

const lookupWords = (lookup: ViewedLookup | undefined): string => (lookup === undefined ? '-' : `${lookup.outcome} after ${(lookup.elapsedMs / 1000).toFixed(1)} s`);

/** By UDP the cache asks from some of its sockets, which chance picks: the model has one for each question. */
const isOfPool = (what: string, asked: ReadonlySet<string>): boolean => {
  const [, dst] = /^entry: udp \S+ > (\S+),/.exec(what) ?? [];
  return dst !== undefined && !asked.has(dst);
};

const countRows = (head: string, model: Counts, kernel: Counts): readonly KernelRow[] =>
  [...new Set([...Object.keys(model), ...Object.keys(kernel)])].toSorted().map((key) => {
    const [ours, theirs] = [model[key] ?? 0, kernel[key] ?? 0];
    return { what: `${head}${key}`, model: String(ours), kernel: String(theirs), agrees: ours === theirs };
  });
