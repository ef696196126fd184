import { createCache } from '../engine/cache.ts';
import type { ReplyClass } from '../engine/classify.ts';
import { ageSeconds } from '../engine/entry.ts';
import { cacheKey } from '../engine/key.ts';
import { replyFrom, staleReply } from '../engine/reply.ts';
import type { CacheScope, ListedEntry } from '../engine/snapshot.ts';
import { isInScope, listEntries } from '../engine/snapshot.ts';
import type { StoreName } from '../engine/store.ts';
import { writeReply } from '../message/answer.ts';
import { readReply } from '../message/ask.ts';
import { keepMessage } from '../message/kept.ts';
import type { Link, Transport } from '../message/link.ts';
import { UDP_LINK } from '../message/link.ts';
import type { DropReason } from '../message/query.ts';
import { readQuery } from '../message/query.ts';
import { receivedReply } from '../message/received.ts';
import { checkOctets, checkTime } from '../range.ts';
import type { AnswerCacheOptions } from './options.ts';
import { cacheOptions } from './options.ts';

/** What the cache knows of a query. */
export type Answered =
  /** `stale`: its time is over, but not for longer than `staleMs`. The `message` has the query's ID, and may share its `buffer` with others. */
  | { readonly kind: 'hit' | 'stale'; readonly message: Uint8Array; readonly store: StoreName; readonly class: ReplyClass; readonly ageSeconds: number }
  /** Somebody has to be asked. */
  | { readonly kind: 'miss' }
  /**
   * It is no question that can be answered: tell this response code, IANA's number (`rcode`): 1 is FORMERR, 4 NOTIMP, 16 BADVERS.
   */
  | { readonly kind: 'refused'; readonly rcode: number }
  /** It is to be met with silence. */
  | { readonly kind: 'dropped'; readonly reason: DropReason };

/** Why bytes are no response to the query: they cannot be read, are one to another query, or FORMERR or NOTIMP without even the question. */
export type NoReply = 'malformed' | 'mismatch' | 'spoiled' | 'bare-error';

/** What became of a response. */
export type Kept =
  | { readonly kind: 'kept'; readonly store: StoreName; readonly lifeSeconds: number }
  /** It is a fine response, but none to keep: truncated, without a TTL to live by, of an odd response code. */
  | { readonly kind: 'passed' }
  /** It is no response to this query, or none that can be read: what a forger sends too (RFC 5452 §9.1). */
  | { readonly kind: 'not-a-response'; readonly why: NoReply }
  | { readonly kind: 'no-query' };

/**
 * Answers by their questions, as messages on the wire: no Corefile, no sockets and no clock. The time is in milliseconds of any
 * clock that only goes on.
 */
export interface AnswerCache {
  /** @param link what the query came over, which decides how long the answer may be; UDP where it is not given */
  answer(query: Uint8Array, nowMs: number, link?: Link): Answered;
  /** @param transport what the response came over, UDP where it is not given: there a forger has to guess the spelling of the name too */
  keep(query: Uint8Array, response: Uint8Array, nowMs: number, transport?: Transport): Kept;
  /** What is kept, for people. */
  list(nowMs: number): readonly ListedEntry[];
  /** Forgets all, those of one name, or those of a zone. @returns how many */
  flush(scope?: CacheScope): number;
}

const EVERYTHING: CacheScope = { kind: 'all' };

/** @throws RangeError for an option out of range; what it gives, for a time that is none, TypeError for octets that are none */
export const createAnswerCache = (options: AnswerCacheOptions = {}): AnswerCache => {
  const cache = createCache(cacheOptions(options));
  return {
    answer(octets, nowMs, link = UDP_LINK) {
      checkTime('the time', nowMs);
      checkOctets('query', octets);
      const read = readQuery(octets);
      if (read.kind === 'dropped') return read;
      if (read.kind === 'refused') return { kind: 'refused', rcode: read.rcode };
      const { query } = read;
      const found = cache.lookUp(cacheKey(query), query.header.recursionDesired, nowMs);
      if (found.kind === 'miss') return found;
      const { kind, store, entry } = found;
      const age = ageSeconds(entry, nowMs);
      const reply = kind === 'stale' ? staleReply(entry, { kind: 'all', seconds: 0 }) : replyFrom(entry, { kind: 'minus', seconds: age });
      return { kind, message: writeReply(reply, query, link), store, class: entry.class, ageSeconds: age };
    },

    keep(octets, response, nowMs, transport = 'udp') {
      checkTime('the time', nowMs);
      checkOctets('query', octets);
      checkOctets('response', response);
      const read = readQuery(octets);
      if (read.kind !== 'query') return { kind: 'no-query' };
      const { header, question } = read.query;
      const replied = readReply(response, { id: header.id, question }, transport);
      if (replied.kind !== 'reply') return { kind: 'not-a-response', why: replied.kind };
      const message = keepMessage(replied.message);
      if (message.kind === 'malformed') return { kind: 'not-a-response', why: 'malformed' };
      const reply = receivedReply(read.query, replied.message, message);
      const insertion = cache.insert(cacheKey(read.query), header.recursionDesired, reply, nowMs);
      return insertion.kind === 'stored' ? { kind: 'kept', store: insertion.store, lifeSeconds: insertion.lifeSeconds } : { kind: 'passed' };
    },

    list(nowMs) {
      checkTime('the time', nowMs);
      return listEntries(cache, nowMs, EVERYTHING);
    },
    flush: (scope = EVERYTHING) => cache.flush(isInScope(scope)),
  };
};
