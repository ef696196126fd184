import { LRUCache } from 'lru-cache';
import type { StoredEntry } from './columns.ts';
import { createColumns } from './columns.ts';
import type { CacheEntry } from './entry.ts';

/** The two stores: answers that exist, and denials with failures. */
export type StoreName = 'success' | 'denial';

/** How much a store may hold. */
export interface StoreLimits {
  /** A whole number, at least 1. */
  readonly entriesMax: number;
  /** Octets that keys and messages may take; 0 for no limit. */
  readonly octetsMax: number;
}

/** Entries by their keys, of which the least recently used goes where there is no room. */
export interface Store {
  /** The entry of this key, expired or not. Looking makes it the most recently used. */
  get(key: string): StoredEntry | undefined;
  /** How many others had to go for it. */
  set(key: string, entry: CacheEntry): number;
  /** Whether it was there. */
  delete(key: string): boolean;
  /** From the least to the most recently used. */
  entries(): readonly (readonly [string, StoredEntry])[];
  /** How many entries it has. */
  readonly size: number;
  readonly octets: number;
}

/** What an entry takes besides its message and its key, about: its columns, the key's own head, the map's slot. */
const ENTRY_OVERHEAD_OCTETS = 200;

const octetsOf = (key: string, messageOctets: number): number => key.length + messageOctets + ENTRY_OVERHEAD_OCTETS;

/**
 * The least recently used entry goes first; CoreDNS evicts a random one of the key's shard.
 * Expiry is ours alone: lru-cache would read a clock of its own, and takes a `ttl` of 0 for "for ever".
 */
export const createStore = ({ entriesMax, octetsMax }: StoreLimits): Store => {
  let evictions = 0;
  let octets = 0;
  // The one that comes is put down before the one that goes is taken up.
  const columns = createColumns(entriesMax + 1);
  const entries = new LRUCache<string, number>({
    max: entriesMax,
    dispose: (number, key, reason) => {
      octets -= octetsOf(key, columns.messageOctets(number));
      columns.remove(number);
      if (reason === 'evict') evictions += 1;
    },
  });
  const entryOf = (number: number | undefined): StoredEntry | undefined => (number === undefined ? undefined : columns.entry(number));
  const makeRoom = (): void => {
    if (octetsMax > 0 && octets > octetsMax && entries.pop() !== undefined) makeRoom();
  };

  return {
    get: (key) => entryOf(entries.get(key)),
    set(key, entry) {
      evictions = 0;
      const size = octetsOf(key, entry.message.bytes.length);
      if (octetsMax > 0 && size > octetsMax) {
        entries.delete(key);
        return 0;
      }
      entries.set(key, columns.add(entry));
      octets += size;
      makeRoom();
      return evictions;
    },
    delete: (key) => entries.delete(key),
    entries: () =>
      [...entries.rkeys()].flatMap((key) => {
        const entry = entryOf(entries.peek(key));
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
