import { LRUCache } from 'lru-cache';
import type { ExtendedError } from '../message/extended-error.ts';
import type { KeptMessage } from '../message/kept.ts';
import type { ReplyClass } from './classify.ts';

export type StoreName = 'success' | 'denial';

export interface CacheEntry {
  /** With the TTLs that clients are told at age zero. */
  readonly message: KeptMessage;
  readonly class: ReplyClass;
  readonly storedAt: number;
  readonly lifeMs: number;
  /** Asked with RD=1: then it also answers queries with RD=0, never the other way round. */
  readonly recursionDesired: boolean;
  readonly extendedErrors: readonly ExtendedError[];
  /** How often it was asked for without a long gap, and when last (CoreDNS plugin/cache/freq). */
  hits: number;
  lastHitAt: number;
  /** A refresh failed: clients get what there is, and nobody asks again before this. */
  recheckAt: number;
}

export interface StoreLimits {
  readonly entriesMax: number;
  /** Octets that keys and messages may take; 0 for no limit. */
  readonly octetsMax: number;
}

export interface Store {
  /** The entry of this key, expired or not. Looking makes it the most recently used. */
  get(key: string): CacheEntry | undefined;
  /** How many others had to go for it. */
  set(key: string, entry: CacheEntry): number;
  delete(key: string): boolean;
  /** From the least to the most recently used. */
  entries(): readonly (readonly [string, CacheEntry])[];
  readonly size: number;
  readonly octets: number;
}

/** What an entry takes besides its message and its key, about: objects, the buffer's own head, the map's slot. */
const ENTRY_OVERHEAD_OCTETS = 300;

const octetsOf = (key: string, { message }: CacheEntry): number =>
  key.length + message.bytes.length + ENTRY_OVERHEAD_OCTETS;

/**
 * The least recently used entry goes first; CoreDNS evicts a random one of the key's shard.
 * Expiry is ours alone: lru-cache would read a clock of its own, and takes a `ttl` of 0 for "for ever".
 */
export const createStore = ({ entriesMax, octetsMax }: StoreLimits): Store => {
  let evictions = 0;
  let octets = 0;
  const entries = new LRUCache<string, CacheEntry>({
    max: entriesMax,
    dispose: (entry, key, reason) => {
      octets -= octetsOf(key, entry);
      if (reason === 'evict') evictions += 1;
    },
  });
  const makeRoom = (): void => {
    if (octetsMax > 0 && octets > octetsMax && entries.pop() !== undefined) makeRoom();
  };

  return {
    get: (key) => entries.get(key),
    set(key, entry) {
      evictions = 0;
      const size = octetsOf(key, entry);
      if (octetsMax > 0 && size > octetsMax) {
        entries.delete(key);
        return 0;
      }
      entries.set(key, entry);
      octets += size;
      makeRoom();
      return evictions;
    },
    delete: (key) => entries.delete(key),
    entries: () =>
      [...entries.rkeys()].flatMap((key) => {
        const entry = entries.peek(key);
        return entry === undefined ? [] : [[key, entry] as const];
      }),
    get size() {
      return entries.size;
    },
    get octets() {
      return octets;
    },
  };
};

export const isFresh = (entry: CacheEntry, now: number): boolean => now - entry.storedAt < entry.lifeMs;

/** Whole seconds since the entry was stored. */
export const ageSeconds = (entry: CacheEntry, now: number): number => Math.floor((now - entry.storedAt) / 1000);
