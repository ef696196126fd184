import type { ExtendedError } from '../message/extended-error.ts';
import type { KeptMessage } from '../message/kept.ts';
import type { ReplyClass } from './classify.ts';

/** What a cache holds under a key. */
export interface CacheEntry {
  /** With the TTLs that clients are told at age zero. */
  readonly message: KeptMessage;
  readonly class: ReplyClass;
  /** In milliseconds of the cache's clock. */
  readonly storedAt: number;
  readonly lifeMs: number;
  /** Asked with RD=1: then it also answers queries with RD=0, never the other way round. */
  readonly recursionDesired: boolean;
  readonly extendedErrors: readonly ExtendedError[];
  /** How often it was asked for without a long gap, and when last (CoreDNS plugin/cache/freq). */
  hits: number;
  /** In milliseconds of the cache's clock. */
  lastHitAt: number;
  /** A refresh failed: clients get what there is, and nobody asks again before this, in milliseconds of the cache's clock. */
  recheckAt: number;
}

/** Another message for the rest of an entry. */
export const withMessage = (entry: CacheEntry, message: KeptMessage): CacheEntry => {
  const { class: klass, storedAt, lifeMs, recursionDesired, extendedErrors, hits, lastHitAt, recheckAt } = entry;
  return { message, class: klass, storedAt, lifeMs, recursionDesired, extendedErrors, hits, lastHitAt, recheckAt };
};

export const isFresh = (entry: CacheEntry, now: number): boolean => now - entry.storedAt < entry.lifeMs;

/** Whole seconds since the entry was stored. */
export const ageSeconds = (entry: CacheEntry, now: number): number => Math.floor((now - entry.storedAt) / 1000);
