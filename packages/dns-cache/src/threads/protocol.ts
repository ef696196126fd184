import type { Endpoint } from '../address.ts';
import type { ClientReport } from '../clients/report.ts';
import type { Effect, LogLevel } from '../engine/effect.ts';
import type { CacheScope, ListedEntry } from '../engine/snapshot.ts';
import type { DescriptorLedger } from '../loop/descriptor-ledger.ts';
import type { Link } from '../message/link.ts';
import type { OwnShare } from '../message/share.ts';
import type { Counts } from '../counting/counts.ts';
import type { ExplainedBlock } from '../plugin/explained.ts';
import type { HostAddresses } from '../plugin/lookup.ts';
import type { WrittenCorefile } from '../plugin/server-block.ts';
import type { ExplainedQuestion, SavedCaches } from '../sockets/service.ts';
import type { Filter } from '../watching/filter.ts';
import type { Batch } from '../watching/told.ts';

/*
 * What the main thread and one that serves tell each other: plain data, in order.
 */

/** What a thread begins with. */
export interface ThreadBeginning {
  readonly share: OwnShare;
  readonly ledger: DescriptorLedger;
  /** Whether the main thread wants to be told all that is done here; it costs more than the doing. */
  readonly tellsEffects: boolean;
}

/** A file as the main thread found it: its text, or why there is none. */
export type FoundFile = { readonly text: string } | { readonly error: string };

/** Everything that a configuration is made of, so that all threads have the same. */
export interface Configuration {
  readonly corefile: WrittenCorefile;
  readonly port: number;
  readonly files: ReadonlyMap<string, FoundFile>;
  readonly hosts: HostAddresses;
}

/** What is asked of a thread, and what it answers. */
export interface Requests {
  readonly configure: { readonly asks: Configuration; readonly gives: undefined };
  readonly list: { readonly asks: CacheScope; readonly gives: readonly ListedEntry[] };
  readonly explain: { readonly asks: ExplainedQuestion; readonly gives: readonly ExplainedBlock[] };
  readonly clients: { readonly asks: undefined; readonly gives: ClientReport | undefined };
  readonly flush: { readonly asks: CacheScope; readonly gives: number };
  readonly save: { readonly asks: undefined; readonly gives: SavedCaches };
  readonly load: { readonly asks: { readonly saved: SavedCaches; readonly elapsedMs: number }; readonly gives: number };
  readonly count: { readonly asks: undefined; readonly gives: Counts };
  /** Whether it is there. */
  readonly answer: { readonly asks: undefined; readonly gives: undefined };
  /** What earlier configurations owed is answered. */
  readonly settle: { readonly asks: undefined; readonly gives: undefined };
  /** Takes no more, and answers what it owes. */
  readonly drain: { readonly asks: undefined; readonly gives: undefined };
}

export type RequestKind = keyof Requests;

/** One of them, under the main thread's own number for the answer. */
export type RequestMessage<Kind extends RequestKind = RequestKind> = {
  readonly [One in Kind]: { readonly kind: 'request'; readonly what: One; readonly request: number; readonly asks: Requests[One]['asks'] };
}[Kind];

/** A query that the main thread took off a stream, or off a socket of Node's. */
export interface RelayedQuery {
  /** The main thread's own number for the answer. */
  readonly query: number;
  readonly link: Link['kind'];
  readonly client: Endpoint;
  readonly local: Endpoint;
  /** Since the epoch, in milliseconds: each thread's monotonic clock has a beginning of its own. */
  readonly receivedAt: number;
  readonly message: Uint8Array;
}

export type ToThread =
  | RequestMessage
  /** Serve this socket, which stays the main thread's. */
  | { readonly kind: 'listen'; readonly fd: number; readonly local: Endpoint }
  /** Take no more from it. */
  | { readonly kind: 'pause'; readonly fd: number }
  /** Let go of it, and say so. */
  | { readonly kind: 'release'; readonly fd: number }
  | ({ readonly kind: 'query' } & RelayedQuery)
  | { readonly kind: 'file'; readonly path: string; readonly text: string }
  /** Tell of queries that the filter lets through, under the main thread's own number. */
  | { readonly kind: 'watch'; readonly watcher: number; readonly filter: Filter }
  | { readonly kind: 'unwatch'; readonly watcher: number };

export type FromThread =
  | { readonly kind: 'done'; readonly request: number; readonly gives: Requests[RequestKind]['gives'] }
  | { readonly kind: 'failed'; readonly request: number; readonly error: string }
  | { readonly kind: 'released'; readonly fd: number }
  | { readonly kind: 'answer'; readonly query: number; readonly message: Uint8Array }
  | { readonly kind: 'drop'; readonly query: number }
  | { readonly kind: 'log'; readonly lines: readonly (readonly [LogLevel, string])[] }
  | { readonly kind: 'taps'; readonly taps: readonly (readonly [sink: string, payload: Uint8Array])[] }
  | { readonly kind: 'effects'; readonly effects: readonly Effect[] }
  | { readonly kind: 'seen'; readonly watcher: number; readonly batch: Batch };
