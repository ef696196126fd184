import type { CacheOptions } from '../engine/cache.ts';
import { CACHE_CAPACITY_DEFAULT, cacheEntriesMax, DENIAL_TTL_MAX_SECONDS, SERVFAIL_MS_DEFAULT, SERVFAIL_MS_MAX, STALE_MS_DEFAULT, SUCCESS_TTL_MAX_SECONDS, TTL_MIN_SECONDS } from '../engine/limits.ts';
import type { NegativeTtlRule, TtlBounds } from '../engine/ttl.ts';
import { NEGATIVE_TTL_RULES } from '../engine/ttl.ts';
import { wholeNumber } from '../range.ts';

/** What a store of the cache may hold, and for how long. */
export interface StoreOptions extends Partial<TtlBounds> {
  /** How many entries; 9984 where it is not given, as CoreDNS makes of its 10000. At least 1. */
  readonly entriesMax?: number;
}

/** All may be left out: then it keeps what CoreDNS's `cache` keeps, for as long. */
export interface AnswerCacheOptions {
  /** Answers that exist: 5 to 3600 s. */
  readonly success?: StoreOptions;
  /** Denials and failures: 5 to 1800 s. */
  readonly denial?: StoreOptions;
  /** Octets that each store may take; 0, as it is where it is not given, for no limit. */
  readonly octetsMax?: number;
  /** How long SERVFAIL is kept, in milliseconds; 5000 where it is not given, 0 for not at all, 300000 at most (RFC 9520 §3.2). */
  readonly servfailMs?: number;
  /** How long past its end an answer may still be given out, as `stale`, in milliseconds; not at all where it is not given. `true` is an hour. */
  readonly staleMs?: number | true;
  /** Where a denial's life comes from: the lesser of the SOA's TTL and its MINIMUM, or TTLs alone as in CoreDNS. The former where it is not given. */
  readonly negativeTtl?: NegativeTtlRule;
}

const TTL_MAX_SECONDS = 0x7fff_ffff;

const storeOf = (name: string, options: StoreOptions, usualMaxSeconds: number) => {
  const entriesMax = wholeNumber(`${name}.entriesMax`, options.entriesMax ?? cacheEntriesMax(CACHE_CAPACITY_DEFAULT), 1, 0xff_ffff);
  const maxSeconds = wholeNumber(`${name}.maxSeconds`, options.maxSeconds ?? usualMaxSeconds, 0, TTL_MAX_SECONDS);
  const usualMinSeconds = Math.min(TTL_MIN_SECONDS, maxSeconds);
  return { entriesMax, minSeconds: wholeNumber(`${name}.minSeconds`, options.minSeconds ?? usualMinSeconds, 0, maxSeconds), maxSeconds };
};

/** @throws RangeError that names the option */
export const cacheOptions = ({ success = {}, denial = {}, octetsMax = 0, servfailMs = SERVFAIL_MS_DEFAULT, staleMs, negativeTtl = 'rfc2308' }: AnswerCacheOptions): CacheOptions => {
  const stores = { success: storeOf('success', success, SUCCESS_TTL_MAX_SECONDS), denial: storeOf('denial', denial, DENIAL_TTL_MAX_SECONDS) };
  if (!NEGATIVE_TTL_RULES.includes(negativeTtl)) throw new RangeError(`negativeTtl is ${NEGATIVE_TTL_RULES.join(' or ')}, not ${negativeTtl}`);
  const octets = wholeNumber('octetsMax', octetsMax, 0, Number.MAX_SAFE_INTEGER);
  const upToMs = staleMs === true ? STALE_MS_DEFAULT : staleMs;
  return {
    ...stores,
    servfailMs: wholeNumber('servfailMs', servfailMs, 0, SERVFAIL_MS_MAX),
    negativeTtl,
    limits: { success: { entriesMax: stores.success.entriesMax, octetsMax: octets }, denial: { entriesMax: stores.denial.entriesMax, octetsMax: octets } },
    disabled: { success: [], denial: [] },
    stale:
      upToMs === undefined
        ? undefined
        : { upToMs: wholeNumber('staleMs', upToMs, 1, Number.MAX_SAFE_INTEGER), mode: { kind: 'immediate' }, ttlSeconds: 0, recheckMs: 0, preferPositive: false },
  };
};
