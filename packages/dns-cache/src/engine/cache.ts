import type { KeptMessage } from '../message/kept.ts';
import { recheck } from '../message/kept.ts';
import { classify } from './classify.ts';
import type { CacheEntry, StoreName } from './store.ts';
import { createStore, isFresh } from './store.ts';
import type { TtlPolicy } from './ttl.ts';
import { keepingOf } from './ttl.ts';

export interface CacheOptions extends TtlPolicy {
  readonly successEntriesMax: number;
  readonly denialEntriesMax: number;
}

type Lookup =
  | { readonly kind: 'hit'; readonly store: StoreName; readonly entry: CacheEntry }
  | { readonly kind: 'miss' };

export type Insertion =
  | {
      readonly kind: 'stored';
      readonly store: StoreName;
      readonly lifeSeconds: number;
      readonly entries: number;
      readonly evictions: number;
      readonly message: KeptMessage;
    }
  | { readonly kind: 'passed'; readonly message: KeptMessage };

/** Answers by key, in a store for those that exist and one for those that do not. */
export interface Cache {
  lookUp(key: string, recursionDesired: boolean, now: number): Lookup;
  /** Keeps a reply if it may be kept, and gives it as it is to be passed on. */
  insert(key: string, recursionDesired: boolean, reply: KeptMessage, now: number): Insertion;
  entries(store: StoreName): number;
}

/** Its records with the TTLs that clients are told. */
const withTtls = (kept: KeptMessage, ttlSeconds: readonly number[]): KeptMessage => ({
  ...kept,
  ttls: kept.ttls.map(({ at, seconds }, index) => ({ at, seconds: ttlSeconds[index] ?? seconds })),
});

export const createCache = (options: CacheOptions): Cache => {
  const stores = {
    success: createStore(options.successEntriesMax),
    denial: createStore(options.denialEntriesMax),
  };

  const usable = (store: StoreName, key: string, recursionDesired: boolean, now: number): CacheEntry | undefined => {
    const entry = stores[store].get(key);
    if (entry === undefined || !isFresh(entry, now)) return undefined;
    return recursionDesired && !entry.recursionDesired ? undefined : entry;
  };

  return {
    // The order of CoreDNS 1.14.7 (plugin/cache/handler.go, getIfNotStale): the denial first, but for SERVFAIL,
    // which does not hide an answer that is still good.
    lookUp(key, recursionDesired, now) {
      const denial = usable('denial', key, recursionDesired, now);
      if (denial !== undefined && denial.class !== 'ServerError') {
        return { kind: 'hit', store: 'denial', entry: denial };
      }
      const success = usable('success', key, recursionDesired, now);
      if (success !== undefined) return { kind: 'hit', store: 'success', entry: success };
      return denial === undefined ? { kind: 'miss' } : { kind: 'hit', store: 'denial', entry: denial };
    },

    insert(key, recursionDesired, reply, now) {
      const message = recheck(reply);
      const replyClass = classify(message, reply.rcode);
      const keeping = keepingOf(message, replyClass, options);
      if (keeping === undefined) return { kind: 'passed', message: reply };
      const { store, lifeSeconds, ttlSeconds } = keeping;
      const told = withTtls(reply, ttlSeconds);
      const present = stores[store].get(key);
      // An answer to RD=0 serves fewer clients than the one that is there.
      if (present?.recursionDesired === true && !recursionDesired && isFresh(present, now)) {
        return { kind: 'passed', message: told };
      }
      const entry = { message: told, class: replyClass, storedAt: now, lifeMs: lifeSeconds * 1000, recursionDesired };
      const evictions = stores[store].set(key, entry);
      return { kind: 'stored', store, lifeSeconds, entries: stores[store].size, evictions, message: told };
    },

    entries: (store) => stores[store].size,
  };
};
