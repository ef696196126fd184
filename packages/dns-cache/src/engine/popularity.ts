import { ageSeconds } from './entry.ts';
import type { CacheEntry } from './entry.ts';

/** CoreDNS's `prefetch`: entries that are asked for often are asked for again before they expire. */
export interface PrefetchPolicy {
  /** So many hits make an entry popular; 0 turns prefetching off. */
  readonly amount: number;
  /** A gap longer than this between two hits begins the count anew. */
  readonly gapMs: number;
  /** Of the life of an entry, at its end. */
  readonly percentage: number;
}

const hitsWith = (entry: CacheEntry, { gapMs }: PrefetchPolicy, now: number): number =>
  now - entry.lastHitAt > gapMs ? 1 : entry.hits + 1;

/** Counts a hit (plugin/cache/freq/freq.go, Update). */
export const countHit = (entry: CacheEntry, policy: PrefetchPolicy, now: number): void => {
  if (policy.amount <= 0) return;
  entry.hits = hitsWith(entry, policy, now);
  entry.lastHitAt = now;
};

/** A hit after the end is no sign of being popular, but what takes the place of the entry counts on from there, in whole seconds (doPrefetch). */
export const markStaleHit = (entry: CacheEntry, now: number): void => {
  entry.lastHitAt = now - 1000 * Math.max(0, ageSeconds(entry, now) - Math.floor(entry.lifeMs / 1000));
};

/** With one more hit, is it time to ask for this fresh entry again (plugin/cache/handler.go, shouldPrefetch)? */
export const hitWantsPrefetch = (entry: CacheEntry, policy: PrefetchPolicy, now: number): boolean => {
  if (policy.amount <= 0 || hitsWith(entry, policy, now) < policy.amount || now < entry.recheckAt) return false;
  const lifeSeconds = entry.lifeMs / 1000;
  return lifeSeconds - ageSeconds(entry, now) <= Math.ceil((policy.percentage / 100) * lifeSeconds);
};
