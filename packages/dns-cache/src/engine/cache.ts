import type { Reply } from '../message/answer.ts';
import { toldSeconds } from '../message/answer.ts';
import type { ExtendedError } from '../message/extended-error.ts';
import type { KeptMessage } from '../message/kept.ts';
import { recheck, withAnswerFlags, withTtls } from '../message/kept.ts';
import { isWithin } from '../message/name.ts';
import type { ReplyClass } from './classify.ts';
import { classify } from './classify.ts';
import { isDnssecOk, nameOfKey } from './key.ts';
import type { StalePolicy } from './stale.ts';
import type { StoredEntry } from './columns.ts';
import type { CacheEntry } from './entry.ts';
import { isFresh } from './entry.ts';
import type { Store, StoreLimits, StoreName } from './store.ts';
import { createStore } from './store.ts';
import type { TtlPolicy } from './ttl.ts';
import { keepingOf, passedTtls } from './ttl.ts';

/** What the cache keeps, how much of it, and for how long. */
export interface CacheOptions extends TtlPolicy {
  readonly limits: Readonly<Record<StoreName, StoreLimits>>;
  /** Folded names of zones whose answers, or denials, are not kept. */
  readonly disabled: Readonly<Record<StoreName, readonly string[]>>;
  /** `undefined` where expired entries are not served. */
  readonly stale: StalePolicy | undefined;
}

interface Found {
  readonly store: StoreName;
  readonly entry: StoredEntry;
}

/** What the cache has for a question. */
export type Lookup =
  | ({ readonly kind: 'hit' } & Found)
  /** Expired, but not for so long that it could not be served. */
  | ({ readonly kind: 'stale' } & Found)
  | { readonly kind: 'miss' };

interface Stored {
  readonly kind: 'stored';
  readonly store: StoreName;
  readonly lifeSeconds: number;
  readonly entries: number;
  readonly evictions: number;
  readonly message: KeptMessage;
}

type Insertion =
  | Stored
  | { readonly kind: 'passed'; readonly message: KeptMessage };

/** Answers by key, in a store for those that exist and one for those that do not. */
export interface Cache {
  /**
   * What it has at `now`, in milliseconds of a clock that only goes on; an entry that was asked with RD=0 is none for a query with
   * RD=1.
   */
  lookUp(key: string, recursionDesired: boolean, now: number): Lookup;
  /** Keeps a reply if it may be kept, and gives its message as it is to be passed on. */
  insert(key: string, recursionDesired: boolean, reply: Reply, now: number): Insertion;
  /** Remembers that there was no answer, for so long (RFC 9520 §3.2). `undefined` where that is not to be kept. */
  insertFailure(key: string, recursionDesired: boolean, reply: Reply, lifeMs: number, now: number): Stored | undefined;
  /** The message of a reply that is not to be kept, as it is to be passed on; a class that its octets do not say. */
  pass(reply: Reply, replyClass?: ReplyClass): KeptMessage;
  /** Keeps an entry as old as it is: another form of one under another key, or one that was saved. */
  copy(store: StoreName, key: string, entry: CacheEntry): void;
  /** Drops what has expired under a key: it is known to be no longer true. */
  dropExpired(key: string, now: number): void;
  /** The entries of one of its two stores. */
  store(name: StoreName): Store;
  /** Whether anything was ever kept of what was asked with DO. */
  readonly hasKeptSigned: boolean;
  /** Drops entries by their folded names and gives how many. */
  flush(concerns: (name: string) => boolean): number;
  /** Other limits and TTLs from now on; entries stay as far as there is room. */
  reconfigure(options: CacheOptions): void;
}

const STORES: readonly StoreName[] = ['success', 'denial'];

const MISS: Lookup = { kind: 'miss' };

const NO_ERRORS: readonly ExtendedError[] = [];

/** The TTLs that the reply has on its way. */
const currentTtls = (reply: Reply): KeptMessage => {
  if (reply.ttl.kind === 'minus' && reply.ttl.seconds === 0) return reply.message;
  const seconds = recheck(reply.message).records.map(({ ttl }) => toldSeconds(reply.ttl, ttl));
  return withTtls(reply.message, seconds);
};

const entryOf = (
  message: KeptMessage,
  replyClass: ReplyClass,
  lifeMs: number,
  reply: Reply,
  recursionDesired: boolean,
  now: number,
): CacheEntry => ({
  message,
  class: replyClass,
  storedAt: now,
  lifeMs,
  recursionDesired,
  extendedErrors: reply.extendedErrors.length === 0 ? NO_ERRORS : reply.extendedErrors,
  hits: 0,
  lastHitAt: Number.NEGATIVE_INFINITY,
  recheckAt: now,
});

export const createCache = (initial: CacheOptions): Cache => {
  let options = initial;
  let hasKeptSigned = false;
  let stores = { success: createStore(options.limits.success), denial: createStore(options.limits.denial) };

  const lookIn = (store: StoreName, key: string, recursionDesired: boolean): StoredEntry | undefined => {
    const entry = stores[store].get(key);
    return recursionDesired && entry?.recursionDesired === false ? undefined : entry;
  };

  const isDisabled = (store: StoreName, key: string): boolean => {
    const name = nameOfKey(key);
    return options.disabled[store].some((zone) => isWithin(name, zone));
  };

  /** What is asked for again before it expires, or for a hit after, takes over how popular it was (plugin/cache/handler.go, doPrefetch). */
  const staysPopular = (present: StoredEntry, now: number): boolean => isFresh(present, now) || present.lastHitAt - present.storedAt >= present.lifeMs;

  const isServable = (entry: StoredEntry | undefined, now: number): entry is StoredEntry =>
    entry !== undefined &&
    entry.class !== 'ServerError' &&
    options.stale !== undefined &&
    now - entry.storedAt - entry.lifeMs < options.stale.upToMs;

  const lookUpStale = (success: StoredEntry | undefined, denial: StoredEntry | undefined, now: number): Lookup => {
    const positive = isServable(success, now) ? success : undefined;
    const negative = isServable(denial, now) ? denial : undefined;
    // The later of two truths, unless any answer is wanted more than a denial.
    const negativeWins =
      negative !== undefined &&
      (positive === undefined || (options.stale?.preferPositive !== true && negative.storedAt >= positive.storedAt));
    if (negativeWins) return { kind: 'stale', store: 'denial', entry: negative };
    return positive === undefined ? MISS : { kind: 'stale', store: 'success', entry: positive };
  };

  /** What was true before is no longer; but a failure says nothing about it, nor an answer to RD=0 about RD=1. */
  const replaceOther = (store: StoreName, key: string, entry: CacheEntry, now: number): void => {
    const other = store === 'success' ? 'denial' : 'success';
    const previous = stores[other].get(key);
    if (previous === undefined) return;
    const says = entry.class !== 'ServerError' && (entry.recursionDesired || !previous.recursionDesired);
    const preferred = store === 'denial' && options.stale?.preferPositive === true;
    if ((says && !preferred) || !(isFresh(previous, now) || isServable(previous, now))) stores[other].delete(key);
  };

  const keep = (store: StoreName, key: string, entry: CacheEntry, now: number): number => {
    hasKeptSigned ||= isDnssecOk(key);
    replaceOther(store, key, entry, now);
    return stores[store].set(key, entry);
  };

  return {
    // An answer that is still good was not denied since, or `keep` would have dropped it. CoreDNS keeps both and takes
    // the denial (plugin/cache/handler.go, getIfNotStale), which comes to the same but for the order of arrival.
    lookUp(key, recursionDesired, now) {
      const success = lookIn('success', key, recursionDesired);
      if (success !== undefined && isFresh(success, now)) return { kind: 'hit', store: 'success', entry: success };
      const denial = lookIn('denial', key, recursionDesired);
      const denialFresh = denial !== undefined && isFresh(denial, now);
      const hidden = options.stale?.preferPositive === true && isServable(success, now);
      if (denialFresh && denial.class !== 'ServerError' && !hidden) return { kind: 'hit', store: 'denial', entry: denial };
      const stale = lookUpStale(success, denial, now);
      if (stale.kind === 'stale' || !denialFresh) return stale;
      return { kind: 'hit', store: 'denial', entry: denial };
    },

    insert(key, recursionDesired, reply, now) {
      const given = currentTtls(reply);
      const message = recheck(given);
      const replyClass = classify(message, given.rcode);
      const keeping = keepingOf(message, replyClass, options);
      if (keeping === undefined) return { kind: 'passed', message: withTtls(given, passedTtls(message, replyClass, options)) };
      const { store, lifeSeconds, ttlSeconds } = keeping;
      const told = withAnswerFlags(withTtls(given, ttlSeconds), reply.flags);
      if (isDisabled(store, key)) return { kind: 'passed', message: told };
      const present = stores[store].get(key);
      // An answer to RD=0 serves fewer clients than the one that is there.
      if (present?.recursionDesired === true && !recursionDesired && isFresh(present, now)) {
        return { kind: 'passed', message: told };
      }
      const entry = entryOf(told, replyClass, lifeSeconds * 1000, reply, recursionDesired, now);
      if (present !== undefined && staysPopular(present, now)) [entry.hits, entry.lastHitAt] = [present.hits, present.lastHitAt];
      const evictions = keep(store, key, entry, now);
      return { kind: 'stored', store, lifeSeconds, entries: stores[store].size, evictions, message: told };
    },

    insertFailure(key, recursionDesired, reply, lifeMs, now) {
      if (isDisabled('denial', key)) return undefined;
      const evictions = keep('denial', key, entryOf(reply.message, 'ServerError', lifeMs, reply, recursionDesired, now), now);
      return { kind: 'stored', store: 'denial', lifeSeconds: lifeMs / 1000, entries: stores.denial.size, evictions, message: reply.message };
    },

    pass(reply, replyClass) {
      const given = currentTtls(reply);
      const message = recheck(given);
      return withTtls(given, passedTtls(message, replyClass ?? classify(message, given.rcode), options));
    },

    copy(store, key, entry) {
      hasKeptSigned ||= isDnssecOk(key);
      stores[store].set(key, entry);
    },

    dropExpired(key, now) {
      for (const name of STORES) {
        const entry = stores[name].get(key);
        if (entry !== undefined && !isFresh(entry, now)) stores[name].delete(key);
      }
    },

    store: (name) => stores[name],

    get hasKeptSigned() {
      return hasKeptSigned;
    },

    flush(concerns) {
      let flushed = 0;
      for (const name of STORES) {
        const keys = [...stores[name].entries()].flatMap(([key]) => (concerns(nameOfKey(key)) ? [key] : []));
        for (const key of keys) if (stores[name].delete(key)) flushed += 1;
      }
      return flushed;
    },

    reconfigure(next) {
      const previous = stores;
      options = next;
      stores = { success: createStore(options.limits.success), denial: createStore(options.limits.denial) };
      for (const name of STORES) for (const [key, entry] of previous[name].entries()) stores[name].set(key, entry);
    },
  };
};
