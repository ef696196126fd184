import type { Endpoint } from '../address.ts';
import type { Transport } from '../message/answer.ts';
import type { DropReason } from '../message/query.ts';
import type { StoreName } from './store.ts';

/** What happens to a name server. The caller turns packets and failures into these, and gives the time with each. */
export type ServerEvent =
  | {
      readonly kind: 'query';
      /** The caller's own number for the answer; it may be used again once the query is answered or dropped. */
      readonly query: number;
      readonly transport: Transport;
      /** When it came, if that was before the time at which it is handled: its duration in the log begins there. */
      readonly receivedAt?: number;
      readonly client: Endpoint;
      /** The address and port that the client sent to. */
      readonly local: Endpoint;
      /** The message without the length that TCP puts before it. */
      readonly message: Uint8Array;
    }
  | { readonly kind: 'reply'; readonly exchange: number; readonly message: Uint8Array }
  | { readonly kind: 'failure'; readonly exchange: number; readonly reason: FailureReason }
  | { readonly kind: 'timeout' };

/** Why an upstream could not be talked to. */
export type FailureReason = 'refused' | 'unreachable' | 'closed' | 'timed-out';

/** What a name server wants done. */
export type Effect =
  | { readonly kind: 'answer'; readonly query: number; readonly message: Uint8Array }
  | { readonly kind: 'drop'; readonly query: number; readonly reason: DropReason }
  | {
      /** Send this to an upstream and report every datagram, or the TCP message with this ID, as a `reply`. */
      readonly kind: 'ask';
      readonly exchange: number;
      readonly upstream: Endpoint;
      readonly transport: Transport;
      readonly message: Uint8Array;
    }
  /** Nothing more is expected of this exchange: its reply was taken, or waited for long enough. */
  | { readonly kind: 'abandon'; readonly exchange: number }
  | { readonly kind: 'log'; readonly level: LogLevel; readonly line: string }
  | CacheEffect;

export type LogLevel = 'info' | 'error';

/** What a cache did, for metrics and for scenarios. The label names are those of CoreDNS's metrics. */
export type CacheEffect = {
  readonly kind: 'cache';
  /** The listener, `dns://10.96.0.10:53`. */
  readonly server: string;
  /** The zone of the server block that the query fell in. */
  readonly zone: string;
  /** The zones of this cache, comma between. */
  readonly zones: string;
} & (
  | { readonly outcome: 'hit'; readonly store: StoreName }
  | {
      readonly outcome: 'miss';
      /** Another query has asked already, and its answer will do. */
      readonly coalesced: boolean;
    }
  | {
      readonly outcome: 'stored';
      readonly store: StoreName;
      readonly lifeSeconds: number;
      readonly entries: number;
      readonly evictions: number;
    }
);
