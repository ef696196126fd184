import type { Reply, ToldTtl } from '../message/answer.ts';
import { EXTENDED_ERROR } from '../message/extended-error.ts';
import { readAnswerFlags } from '../message/header.ts';
import type { CacheEntry } from './entry.ts';

/** What is told of an entry. */
export const replyFrom = ({ message, extendedErrors }: CacheEntry, ttl: ToldTtl): Reply => ({
  message,
  ttl,
  // AA too is as it was told first: a hit is as good as the miss was (CoreDNS plugin/cache/item.go since 1.15).
  flags: readAnswerFlags(message.bytes),
  extendedErrors,
  options: [],
});

/** What is told of one whose time is over: that it is (RFC 8914 §4.4, §4.20). */
export const staleReply = (entry: CacheEntry, ttl: ToldTtl): Reply => {
  const code =
    entry.class === 'NameError' ? EXTENDED_ERROR.STALE_NXDOMAIN_ANSWER : EXTENDED_ERROR.STALE_ANSWER;
  return { ...replyFrom(entry, ttl), extendedErrors: [{ code, text: '' }] };
};
