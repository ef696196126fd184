import { LRUCache } from 'lru-cache';
import type { KeptMessage } from '../message/kept.ts';
import type { ReplyClass } from './classify.ts';

export type StoreName = 'success' | 'denial';

export interface CacheEntry {
  readonly message: KeptMessage;
  readonly class: ReplyClass;
  readonly storedAt: number;
  readonly lifeMs: number;
  /** Asked with RD=1: then it also answers queries with RD=0, never the other way round. */
  readonly recursionDesired: boolean;
}

export interface Store {
  /** The entry of this key, expired or not. Looking makes it the most recently used. */
  get(key: string): CacheEntry | undefined;
  /** How many others had to go for it. */
  set(key: string, entry: CacheEntry): number;
  readonly size: number;
}

/**
 * The least recently used entry goes first; CoreDNS evicts a random one of the key's shard.
 * Expiry is ours alone: lru-cache would read a clock of its own, and takes a `ttl` of 0 for "for ever".
 */
export const createStore = (entriesMax: number): Store => {
  let evictions = 0;
  const entries = new LRUCache<string, CacheEntry>({
    max: entriesMax,
    dispose: (_entry, _key, reason) => {
      if (reason === 'evict') evictions += 1;
    },
  });
  return {
    get: (key) => entries.get(key),
    set(key, entry) {
      evictions = 0;
      entries.set(key, entry);
      return evictions;
    },
    get size() {
      return entries.size;
    },
  };
};

export const isFresh = (entry: CacheEntry, now: number): boolean => now - entry.storedAt < entry.lifeMs;

/** Whole seconds since the entry was stored. */
export const ageSeconds = (entry: CacheEntry, now: number): number => Math.floor((now - entry.storedAt) / 1000);
