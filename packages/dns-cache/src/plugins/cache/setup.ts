import { CorefileError } from '../../corefile/error.ts';
import type { Entry } from '../../corefile/grammar.ts';
import type { Token } from '../../corefile/lexer.ts';
import type { Zone } from '../../corefile/zone.ts';
import { readZones } from '../../corefile/zone.ts';
import {
  CACHE_CAPACITY_DEFAULT,
  cacheEntriesMax,
  DENIAL_TTL_MAX_SECONDS,
  SERVFAIL_MS_DEFAULT,
  SERVFAIL_MS_MAX,
  SUCCESS_TTL_MAX_SECONDS,
  TTL_MIN_SECONDS,
} from '../../engine/limits.ts';
import type { TtlBounds } from '../../engine/ttl.ts';
import {
  notBuilt,
  onlyOnce,
  readInteger,
  refuseBody,
  takeArguments,
  takeDuration,
  takeInteger,
  unknownOption,
} from '../arguments.ts';
import type { Written } from '../plugin.ts';

/** One of the two stores. */
export interface StoreValue extends TtlBounds {
  readonly entriesMax: number;
}

export interface CacheValue {
  readonly zones: readonly Zone[];
  readonly success: StoreValue;
  readonly denial: StoreValue;
  readonly servfailMs: number;
}

/** CoreDNS's options that are still to come. */
const LATER: ReadonlySet<string> = new Set(['prefetch', 'serve_stale', 'serve_stale_policy', 'disable', 'keepttl']);

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

const readHead = (entry: Entry, blockZones: readonly Zone[]): CacheValue => {
  const [first, ...rest] = entry.arguments;
  const hasTtl = first !== undefined && readInteger(first) !== undefined;
  const ttl = hasTtl ? takeTtl(first) : undefined;
  const zones = (hasTtl ? rest : entry.arguments).flatMap((token) => readZones(token));
  const entriesMax = cacheEntriesMax(CACHE_CAPACITY_DEFAULT);
  return {
    zones: zones.length === 0 ? blockZones : zones,
    success: { entriesMax, maxSeconds: ttl ?? SUCCESS_TTL_MAX_SECONDS, minSeconds: TTL_MIN_SECONDS },
    denial: { entriesMax, maxSeconds: ttl ?? DENIAL_TTL_MAX_SECONDS, minSeconds: TTL_MIN_SECONDS },
    servfailMs: SERVFAIL_MS_DEFAULT,
  };
};

const applyOption = (value: CacheValue, option: Entry): CacheValue => {
  const { name } = option;
  refuseBody(option);
  switch (name.text) {
    case 'success':
      return { ...value, success: readStore(option, value.success) };
    case 'denial':
      return { ...value, denial: readStore(option, value.denial) };
    case 'servfail':
      return { ...value, servfailMs: readServfail(option) };
    default:
      throw LATER.has(name.text)
        ? notBuilt(`option '${name.text}' of 'cache'`, name)
        : unknownOption(name, 'cache', ['success', 'denial', 'servfail']);
  }
};

/** `cache [TTL] [ZONES...] { success ..., denial ..., servfail ... }` (CoreDNS plugin/cache/setup.go). */
export const setup = ({ entries, zones }: Written): CacheValue => {
  const entry = onlyOnce(entries);
  return entry.body.reduce(applyOption, readHead(entry, zones));
};
