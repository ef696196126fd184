import { checkMessage } from '../message/check.ts';
import { keepMessage } from '../message/kept.ts';
import { foldedText, foldName, isWithin } from '../message/name.ts';
import { className, typeName } from '../message/numbers.ts';
import { fromHex, toHex } from '../message/octets.ts';
import type { OwnShare } from '../message/share.ts';
import { threadOf, WHOLE } from '../message/share.ts';
import type { Cache } from './cache.ts';
import type { ReplyClass } from './classify.ts';
import { classify } from './classify.ts';
import { composeKey, nameOfKey, tailOfKey } from './key.ts';
import type { StoredEntry } from './columns.ts';
import type { CacheEntry } from './entry.ts';
import { ageSeconds } from './entry.ts';
import type { StoreName } from './store.ts';

/** One thing that a cache holds, for people. */
export interface ListedEntry {
  /** In presentation form, folded. */
  readonly name: string;
  /** `A`, `TYPE12345`. */
  readonly type: string;
  /** `IN`, `CLASS42`. */
  readonly class: string;
  /** It was asked for with the DO bit: DNSSEC's records are with it. */
  readonly dnssecOk: boolean;
  /** It was asked for with the CD bit. */
  readonly checkingDisabled: boolean;
  readonly store: StoreName;
  readonly reply: ReplyClass;
  readonly ageSeconds: number;
  /** Negative once it has expired. */
  readonly remainingSeconds: number;
  readonly octets: number;
}

/**
 * Entries of a cache: all, those of one name, or those of a zone; `name` is folded: one character per octet of the wire form, in
 * lower case.
 */
export type CacheScope = { readonly kind: 'all' } | { readonly kind: 'name' | 'zone'; readonly name: string };

/** Judges folded names. */
export const isInScope = (scope: CacheScope): ((name: string) => boolean) => {
  switch (scope.kind) {
    case 'all':
      return () => true;
    case 'name':
      return (name) => name === scope.name;
    case 'zone':
      return (name) => isWithin(name, scope.name);
  }
};

const STORES: readonly StoreName[] = ['success', 'denial'];

const entriesOf = (cache: Cache): readonly (readonly [StoreName, string, StoredEntry])[] =>
  STORES.flatMap((name) => cache.store(name).entries().map(([key, entry]) => [name, key, entry] as const));

/** What the cache holds of it, from the least to the most recently used of each store. */
export const listEntries = (cache: Cache, now: number, scope: CacheScope): readonly ListedEntry[] => {
  const concerns = isInScope(scope);
  return entriesOf(cache)
    .filter(([, key]) => concerns(nameOfKey(key)))
    .map(([store, key, entry]) => {
      const { type, class: klass, dnssecOk, checkingDisabled } = tailOfKey(key);
      const age = ageSeconds(entry, now);
      return {
        name: foldedText(nameOfKey(key)),
        type: typeName(type),
        class: className(klass),
        dnssecOk,
        checkingDisabled,
        store,
        reply: entry.class,
        ageSeconds: age,
        remainingSeconds: Math.floor(entry.lifeMs / 1000) - age,
        octets: entry.inPlace.length,
      };
    });
};

/** An entry as it is saved: plain JSON, octets in hexadecimal. Its key follows from its question. */
export interface SavedEntry {
  readonly store: StoreName;
  readonly dnssecOk: boolean;
  readonly checkingDisabled: boolean;
  readonly recursionDesired: boolean;
  readonly rcode: number;
  readonly ageMs: number;
  readonly lifeMs: number;
  readonly message: string;
}

export const saveEntries = (cache: Cache, now: number): readonly SavedEntry[] =>
  entriesOf(cache).map(([store, key, entry]) => {
    const { dnssecOk, checkingDisabled } = tailOfKey(key);
    const { rcode, bytes } = entry.message;
    return {
      store,
      dnssecOk,
      checkingDisabled,
      recursionDesired: entry.recursionDesired,
      rcode,
      ageMs: now - entry.storedAt,
      lifeMs: entry.lifeMs,
      message: toHex(bytes),
    };
  });

const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0;

const isSaved = (value: unknown): value is SavedEntry => {
  if (typeof value !== 'object' || value === null) return false;
  const { store, dnssecOk, checkingDisabled, recursionDesired, rcode, ageMs, lifeMs, message } = value as Record<
    keyof SavedEntry,
    unknown
  >;
  const flags = [dnssecOk, checkingDisabled, recursionDesired];
  return (
    (store === 'success' || store === 'denial') &&
    flags.every((flag) => typeof flag === 'boolean') &&
    [rcode, ageMs, lifeMs].every(isCount) &&
    typeof message === 'string'
  );
};

const restore = (saved: SavedEntry, share: OwnShare, elapsedMs: number, now: number): readonly [string, CacheEntry] | undefined => {
  const bytes = fromHex(saved.message);
  const isOurs = bytes !== undefined && threadOf(bytes, share) === share.own;
  const checked = isOurs ? checkMessage(bytes) : undefined;
  if (checked === undefined || checked.kind === 'malformed' || checked.question === undefined) return undefined;
  const kept = keepMessage(checked);
  if (kept.kind === 'malformed') return undefined;
  const { name, type, class: klass } = checked.question;
  const key = composeKey(foldName(name), type, klass, saved.dnssecOk, saved.checkingDisabled);
  const entry: CacheEntry = {
    message: { ...kept, rcode: saved.rcode },
    class: classify(checked, saved.rcode),
    storedAt: now - saved.ageMs - elapsedMs,
    lifeMs: saved.lifeMs,
    recursionDesired: saved.recursionDesired,
    extendedErrors: [],
    hits: 0,
    lastHitAt: Number.NEGATIVE_INFINITY,
    recheckAt: now,
  };
  return [key, entry];
};

/**
 * Puts saved entries back, in their order and as old as they are by now.
 * @param elapsedMs the time since they were saved
 * @param share whose names are taken
 * @returns how many were taken; what does not pass the door for messages, or is no entry at all, is left out
 */
export const loadEntries = (cache: Cache, saved: readonly unknown[], elapsedMs: number, now: number, share = WHOLE): number => {
  let loaded = 0;
  for (const value of saved) {
    const restored = isSaved(value) ? restore(value, share, elapsedMs, now) : undefined;
    if (restored === undefined || !isSaved(value)) continue;
    cache.copy(value.store, ...restored);
    loaded += 1;
  }
  return loaded;
};
