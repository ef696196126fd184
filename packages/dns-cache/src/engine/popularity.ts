import { ageSeconds } from './store.ts';
import type { CacheEntry } from './store.ts';

/** CoreDNS's `prefetch`: entries that are asked for often are asked for again before they expire. */
export interface PrefetchPolicy {
  /** So many hits make an entry popular; 0 turns prefetching off. */
  readonly amount: number;
  /** A gap longer than this between two hits begins the count anew. */
  readonly gapMs: number;
  /** Of the life of an entry, at its end. */
  readonly percentage: number;
}

/** Counts a hit (plugin/cache/freq/freq.go, Update). */
const countHit = (entry: CacheEntry, gapMs: number, now: number): void => {
  entry.hits = now - entry.lastHitAt > gapMs ? 1 : entry.hits + 1;
  entry.lastHitAt = now;
};

/** Counts a hit on a fresh entry, and says whether it is time to ask for it again (plugin/cache/handler.go). */
export const hitWantsPrefetch = (entry: CacheEntry, policy: PrefetchPolicy, now: number): boolean => {
  if (policy.amount <= 0) return false;
  countHit(entry, policy.gapMs, now);
  if (entry.hits < policy.amount || now < entry.recheckAt) return false;
  const lifeSeconds = entry.lifeMs / 1000;
  return lifeSeconds - ageSeconds(entry, now) <= Math.ceil((policy.percentage / 100) * lifeSeconds);
};
