/**
 * The cache alone, for programs that have no Corefile.
 * @module @nodelocal/dns-cache/engine
 */

export type { ReplyClass } from '../engine/classify.ts';
export type { CacheScope, ListedEntry } from '../engine/snapshot.ts';
export type { StoreName } from '../engine/store.ts';
export type { NegativeTtlRule, TtlBounds } from '../engine/ttl.ts';
export type { Link, Transport } from '../message/link.ts';
export type { DropReason } from '../message/query.ts';
export type { Answered, AnswerCache, Kept, NoReply } from './answer-cache.ts';
export { createAnswerCache } from './answer-cache.ts';
export type { AnswerCacheOptions, StoreOptions } from './options.ts';
