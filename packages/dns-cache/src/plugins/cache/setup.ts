import { CorefileError } from '../../corefile/error.ts';
import type { Entry } from '../../corefile/grammar.ts';
import type { Token } from '../../corefile/lexer.ts';
import type { Zone } from '../../corefile/zone.ts';
import { readZones, ROOT_ZONE } from '../../corefile/zone.ts';
import { onlyOnce, readInteger, refuseBody, takeArguments, takeDuration, takeInteger, unknownOption } from '../../directive/arguments.ts';
import type { CacheOptions } from '../../engine/cache.ts';
import {
  CACHE_CAPACITY_DEFAULT,
  cacheEntriesMax,
  DENIAL_TTL_MAX_SECONDS,
  PREFETCH_GAP_MS_DEFAULT,
  PREFETCH_PERCENTAGE_DEFAULT,
  SERVFAIL_MS_DEFAULT,
  SERVFAIL_MS_MAX,
  SUCCESS_TTL_MAX_SECONDS,
  TTL_MIN_SECONDS,
} from '../../engine/limits.ts';
import type { PrefetchPolicy } from '../../engine/popularity.ts';
import type { StalePolicy } from '../../engine/stale.ts';
import type { StoreName } from '../../engine/store.ts';
import type { NegativeTtlRule, TtlBounds } from '../../engine/ttl.ts';
import type { Written } from '../../plugin/written.ts';
import { readPrefetch } from './prefetch.ts';
import { readServeStale, requireServeStale } from './serve-stale.ts';

/** One of the two stores. */
export interface StoreValue extends TtlBounds {
  readonly entriesMax: number;
}

export interface CacheValue {
  readonly zones: readonly Zone[];
  readonly success: StoreValue;
  readonly denial: StoreValue;
  readonly servfailMs: number;
  readonly prefetch: PrefetchPolicy;
  readonly stale: StalePolicy | undefined;
  readonly disabled: Readonly<Record<StoreName, readonly Zone[]>>;
  readonly keepTtl: boolean;
  readonly negativeTtl: NegativeTtlRule;
  /** Of each store; 0 for no limit. */
  readonly octetsMax: number;
}

export const optionsOf = (value: CacheValue): CacheOptions => ({
  success: value.success,
  denial: value.denial,
  servfailMs: value.servfailMs,
  negativeTtl: value.negativeTtl,
  stale: value.stale,
  limits: {
    success: { entriesMax: value.success.entriesMax, octetsMax: value.octetsMax },
    denial: { entriesMax: value.denial.entriesMax, octetsMax: value.octetsMax },
  },
  disabled: {
    success: value.disabled.success.map(({ folded }) => folded),
    denial: value.disabled.denial.map(({ folded }) => folded),
  },
});

const OPTIONS = [
  'success', 'denial', 'servfail', 'prefetch', 'serve_stale', 'serve_stale_policy', 'disable', 'keepttl',
  'negative_ttl', 'max_bytes',
] as const;

const takeTtl = (token: Token): number => {
  const seconds = takeInteger(token, 'the TTL');
  if (seconds <= 0) throw new CorefileError(token, 'cache TTL can not be zero or negative', 'give seconds, at least 1');
  return seconds;
};

/** `CAPACITY [TTL [MINTTL]]` */
const readStore = (entry: Entry, defaults: StoreValue): StoreValue => {
  const [capacity, ttl, minTtl] = takeArguments(entry, 1, 3, `write ${entry.name.text} CAPACITY [TTL [MINTTL]]`);
  const entries = capacity === undefined ? CACHE_CAPACITY_DEFAULT : takeInteger(capacity, 'the capacity');
  const minSeconds = minTtl === undefined ? defaults.minSeconds : takeInteger(minTtl, 'the least TTL');
  if (minTtl !== undefined && minSeconds < 0) throw new CorefileError(minTtl, 'cache min TTL can not be negative');
  return {
    entriesMax: cacheEntriesMax(entries),
    maxSeconds: ttl === undefined ? defaults.maxSeconds : takeTtl(ttl),
    minSeconds,
  };
};

const readServfail = (entry: Entry): number => {
  const [duration = entry.name] = takeArguments(entry, 1, 1, 'write servfail DURATION');
  const ms = takeDuration(duration, 'the servfail duration');
  if (ms < 0) throw new CorefileError(duration, 'invalid negative duration for servfail');
  if (ms > SERVFAIL_MS_MAX) {
    throw new CorefileError(duration, 'caching SERVFAIL responses over 5 minutes is not permitted', 'RFC 9520 §3.2');
  }
  return ms;
};

/** `disable success|denial [ZONES...]` */
const readDisable = (entry: Entry, disabled: CacheValue['disabled']): CacheValue['disabled'] => {
  const [store = entry.name, ...zones] = takeArguments(entry, 1, Number.POSITIVE_INFINITY);
  if (store.text !== 'success' && store.text !== 'denial') {
    throw new CorefileError(store, `cache type for disable must be success or denial, not '${store.text}'`);
  }
  const found = zones.length === 0 ? [ROOT_ZONE] : zones.flatMap(readZones);
  return { ...disabled, [store.text]: found };
};

const readNegativeTtl = (entry: Entry): NegativeTtlRule => {
  const [rule = entry.name] = takeArguments(entry, 1, 1, 'write negative_ttl rfc2308|record');
  if (rule.text === 'rfc2308' || rule.text === 'record') return rule.text;
  const mend = "rfc2308 heeds the SOA's MINIMUM, record only TTLs, as CoreDNS does";
  throw new CorefileError(rule, `unknown rule '${rule.text}' for negative_ttl`, mend);
};

const readOctetsMax = (entry: Entry): number => {
  const [octets = entry.name] = takeArguments(entry, 1, 1, 'write max_bytes BYTES');
  const value = takeInteger(octets, 'the limit in bytes');
  if (value < 0) throw new CorefileError(octets, 'max_bytes can not be negative', '0 is no limit');
  return value;
};

const readHead = (entry: Entry, blockZones: readonly Zone[]): CacheValue => {
  const [first, ...rest] = entry.arguments;
  const hasTtl = first !== undefined && readInteger(first) !== undefined;
  const ttl = hasTtl ? takeTtl(first) : undefined;
  const zones = (hasTtl ? rest : entry.arguments).flatMap(readZones);
  const entriesMax = cacheEntriesMax(CACHE_CAPACITY_DEFAULT);
  return {
    zones: zones.length === 0 ? blockZones : zones,
    success: { entriesMax, maxSeconds: ttl ?? SUCCESS_TTL_MAX_SECONDS, minSeconds: TTL_MIN_SECONDS },
    denial: { entriesMax, maxSeconds: ttl ?? DENIAL_TTL_MAX_SECONDS, minSeconds: TTL_MIN_SECONDS },
    servfailMs: SERVFAIL_MS_DEFAULT,
    prefetch: { amount: 0, gapMs: PREFETCH_GAP_MS_DEFAULT, percentage: PREFETCH_PERCENTAGE_DEFAULT },
    stale: undefined,
    disabled: { success: [], denial: [] },
    keepTtl: false,
    negativeTtl: 'rfc2308',
    octetsMax: 0,
  };
};

const applyOption = (value: CacheValue, option: Entry): CacheValue => {
  refuseBody(option);
  const name = OPTIONS.find((known) => known === option.name.text);
  switch (name) {
    case 'success':
      return { ...value, success: readStore(option, value.success) };
    case 'denial':
      return { ...value, denial: readStore(option, value.denial) };
    case 'servfail':
      return { ...value, servfailMs: readServfail(option) };
    case 'prefetch':
      return { ...value, prefetch: readPrefetch(option) };
    case 'serve_stale':
      return { ...value, stale: readServeStale(option) };
    case 'serve_stale_policy':
      // Judged once all options are read: it may stand before `serve_stale`.
      return value;
    case 'disable':
      return { ...value, disabled: readDisable(option, value.disabled) };
    case 'keepttl':
      takeArguments(option, 0, 0);
      return { ...value, keepTtl: true };
    case 'negative_ttl':
      return { ...value, negativeTtl: readNegativeTtl(option) };
    case 'max_bytes':
      return { ...value, octetsMax: readOctetsMax(option) };
    case undefined:
      throw unknownOption(option.name, 'cache', OPTIONS);
  }
};

/** `cache [TTL] [ZONES...] { ... }` (CoreDNS plugin/cache/setup.go). */
export const setup = ({ entries, zones }: Written): CacheValue => {
  const entry = onlyOnce(entries);
  const value = entry.body.reduce(applyOption, readHead(entry, zones));
  const policies = entry.body.filter(({ name }) => name.text === 'serve_stale_policy');
  return policies.length === 0 ? value : { ...value, stale: requireServeStale(policies, value.stale) };
};
