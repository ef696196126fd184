import type { CheckedMessage, RecordSpan } from '../message/check.ts';
import { ttlSeconds } from '../message/kept.ts';
import { foldNameAt, isWithin } from '../message/name.ts';
import { TYPE } from '../message/numbers.ts';
import { u32 } from '../message/octets.ts';
import type { ReplyClass } from './classify.ts';
import { aliasChain } from './classify.ts';
import { DELEGATION_TTL_SECONDS, TTL_MIN_SECONDS } from './limits.ts';
import type { StoreName } from './store.ts';

/** The cap and the floor of one store, in seconds. */
export interface TtlBounds {
  readonly maxSeconds: number;
  readonly minSeconds: number;
}

/** Where the life of a denial comes from. */
export type NegativeTtlRule = 'rfc2308' | 'record';

/** All that there are. */
export const NEGATIVE_TTL_RULES: readonly NegativeTtlRule[] = ['rfc2308', 'record'];

/** For how long things are kept. */
export interface TtlPolicy {
  readonly success: TtlBounds;
  readonly denial: TtlBounds;
  /** How long SERVFAIL is kept; 0 does not keep it. */
  readonly servfailMs: number;
  /** Where a denial's life comes from: RFC 2308's lesser of the SOA's TTL and MINIMUM, or TTLs alone as in CoreDNS. */
  readonly negativeTtl: NegativeTtlRule;
}

/** Where a reply is kept and for how long; `undefined` where it is not. */
export interface Keeping {
  readonly store: StoreName;
  readonly lifeSeconds: number;
  /** What clients are told of each record at age zero, in the order of the records. */
  readonly ttlSeconds: readonly number[];
}

/** plugin/cache/handler.go, computeTTL: the cap wins over the floor. */
const clamp = (seconds: number, bounds: TtlBounds): number =>
  Math.min(Math.max(seconds, bounds.minSeconds), bounds.maxSeconds);

/** RFC 2308 §3, §5: a denial lives for the lesser of the SOA's TTL and its MINIMUM, the last number of its RDATA. */
const denialTtl = (message: CheckedMessage, soa: RecordSpan): number =>
  Math.min(ttlSeconds(soa), u32(message.bytes, soa.end - 4));

/** The SOA that makes a denial: of a zone which the name, or what it is an alias for, lies in (RFC 2308 §2.1). */
const findSoa = (message: CheckedMessage): RecordSpan | undefined => {
  const chain = aliasChain(message);
  return message.records.find((record) => {
    if (record.section !== 'authority' || record.type !== TYPE.SOA) return false;
    const zone = foldNameAt(message.bytes, record.start);
    return chain.some((name) => isWithin(name, zone));
  });
};

const keepIn = (store: StoreName, bounds: TtlBounds, ttls: readonly number[], least: number): Keeping | undefined => {
  const lifeSeconds = clamp(least, bounds);
  if (lifeSeconds <= 0) return undefined;
  return { store, lifeSeconds, ttlSeconds: ttls.map((ttl) => clamp(ttl, bounds)) };
};

/** What clients are told of a reply that is not kept, within the same bounds. */
export const passedTtls = (message: CheckedMessage, reply: ReplyClass, { success, denial }: TtlPolicy): readonly number[] => {
  const bounds = reply === 'NoData' || reply === 'NameError' ? denial : success;
  // Who keeps it nevertheless keeps it not for long (CoreDNS plugin/pkg/dnsutil/ttl.go, MinimalDefaultTTL).
  const mostSeconds = reply === 'OutOfDate' ? TTL_MIN_SECONDS : Number.POSITIVE_INFINITY;
  return message.records.filter(({ type }) => type !== TYPE.OPT).map((record) => Math.min(clamp(ttlSeconds(record), bounds), mostSeconds));
};

/**
 * The life of an entry is the least TTL of its records; each record is told with its own TTL within the same bounds,
 * so that a short-lived authority section neither hides nor lengthens what the answer says.
 */
export const keepingOf = (message: CheckedMessage, reply: ReplyClass, policy: TtlPolicy): Keeping | undefined => {
  // A key is agreed on in one exchange (RFC 2930 §2).
  if (message.header.truncated || message.question?.type === TYPE.TKEY) return undefined;
  const records = message.records.filter((record) => record.type !== TYPE.OPT);
  const ttls = records.map(ttlSeconds);
  const least = Math.min(...ttls);
  switch (reply) {
    case 'NoError':
      // An empty answer without SOA says nothing about how long it holds (RFC 2308 §5).
      return message.header.answerCount === 0 ? undefined : keepIn('success', policy.success, ttls, least);
    case 'Delegation':
      return keepIn('success', policy.success, ttls, Math.min(least, DELEGATION_TTL_SECONDS));
    case 'NoData':
    case 'NameError': {
      const soa = findSoa(message);
      if (soa === undefined) return undefined;
      const negative = policy.negativeTtl === 'rfc2308' ? denialTtl(message, soa) : ttlSeconds(soa);
      const told = records.map((record) => (record.start === soa.start ? negative : ttlSeconds(record)));
      return keepIn('denial', policy.denial, told, Math.min(...told));
    }
    case 'ServerError': {
      const lifeSeconds = policy.servfailMs / 1000;
      return lifeSeconds <= 0 ? undefined : { store: 'denial', lifeSeconds, ttlSeconds: ttls };
    }
    case 'OtherError':
    case 'OutOfDate':
      return undefined;
  }
};
