import type { Endpoint } from '../address.ts';
import type { Link, Transport, UpstreamTransport } from '../message/link.ts';
import type { DropReason } from '../message/query.ts';
import type { MetricName } from './metrics.ts';
import type { StoreName } from './store.ts';

/** What happens to a name server. The caller turns packets and failures into these, and gives the time with each. */
export type ServerEvent =
  | {
      readonly kind: 'query';
      /** The caller's own number for the answer; it may be used again once the query is answered or dropped. */
      readonly query: number;
      readonly transport: Link['kind'];
      /**
       * When it came, in milliseconds of the clock of `handle`, if that was before the time at which it is handled, else absent:
       * its duration in the log begins there.
       */
      readonly receivedAt?: number;
      readonly client: Endpoint;
      /** The address and port that the client sent to. */
      readonly local: Endpoint;
      /** Without the length that TCP puts before it. */
      readonly message: Uint8Array;
      /** Its memory is the server's from here on; else the caller may use it again once this is handled. */
      readonly isOwn?: boolean;
      /** `answerAtOnce` had no answer to it; absent: it was not asked. */
      readonly isNotAtHand?: boolean;
    }
  /** A query over UDP was dropped before anyone looked into it: it had waited for too long, or too many with it. */
  | { readonly kind: 'shed'; readonly local: Endpoint }
  /** The datagram or the message that came for an `exchange`, without the length that TCP puts before it (`message`). */
  | { readonly kind: 'reply'; readonly exchange: number; readonly message: Uint8Array }
  | {
      readonly kind: 'failure';
      /** Its number, as `ask` said it. */
      readonly exchange: number;
      readonly reason: FailureReason;
      /** What the system says of it; absent where that is no more than the reason. */
      readonly detail?: string;
    }
  /** A file that the server watches has changed: `path` is as it asked for it, `text` what is in it now. */
  | { readonly kind: 'file'; readonly path: string; readonly text: string }
  /** The listeners are open. */
  | { readonly kind: 'start' }
  /** It will not be called again: last words. */
  | { readonly kind: 'stop' }
  /** The caller did not run for so long: by so much longer upstreams are waited for. */
  | { readonly kind: 'stalled'; readonly ms: number }
  /** All that came before this time has been handed over. */
  | { readonly kind: 'timeout' };

/** Why an upstream could not be talked to. */
export type FailureReason =
  | 'refused'
  | 'unreachable'
  | 'closed'
  | 'reset'
  | 'timed-out'
  /** This process may open no more files: nothing is known of the upstream. */
  | 'no-descriptors'
  /** No TLS session came about: the certificate is not trusted, or the peer speaks something else. */
  | 'insecure'
  /** HTTP's own answer was no DNS message. */
  | 'http';

/** Who one is over TLS, as PEM. */
export interface TlsIdentity {
  /** One or more, its own first. */
  readonly certificate: string;
  /** The private key of the first. */
  readonly key: string;
}

/** How an upstream over TLS is known, and how it knows us; certificates and keys as PEM. */
export interface TlsSettings {
  /** The name that its certificate must have; where it is missing, the address. */
  readonly serverName: string | undefined;
  /** Who may have signed its certificate; where it is missing, those whom the system trusts. */
  readonly authorities: string | undefined;
  /** Where it is missing, we show no certificate. */
  readonly client: TlsIdentity | undefined;
}

/** How the connections to an upstream are kept. One object for each upstream: those of different ones are not shared. */
export interface ConnectionSettings {
  /** The local address to ask from; where it is missing, routing chooses. */
  readonly sourceAddress: string | undefined;
  /** How long an idle connection is kept. */
  readonly expireMs: number;
  /** When a connection takes no more questions, however busy it is; Infinity is never. */
  readonly maxAgeMs: number;
  /** Idle connections beyond this number are closed; Infinity keeps all. */
  readonly idleMax: number;
  /** Where it is missing, there is no TLS. */
  readonly tls: TlsSettings | undefined;
  /** How questions over HTTPS are put (RFC 8484 §4.1). */
  readonly httpMethod: 'GET' | 'POST';
}

/**
 * What a name server wants done. A message may share its `buffer` with others: who hands it to another thread copies it, and
 * transfers nothing.
 */
export type Effect =
  /** `query` is the number that the event gave it; `message` is without the length that TCP puts before it. */
  | { readonly kind: 'answer'; readonly query: number; readonly message: Uint8Array }
  /** `query` is the number that the event gave it. */
  | { readonly kind: 'drop'; readonly query: number; readonly reason: DropReason }
  | {
      /** Send this to an upstream and report every datagram, or the TCP message with this ID, as a `reply`. */
      readonly kind: 'ask';
      /** The number by which replies are reported. */
      readonly exchange: number;
      /** For a client, or only to see whether the upstream is there. */
      readonly purpose: 'query' | 'probe';
      readonly upstream: Endpoint;
      readonly transport: UpstreamTransport;
      /** Without the length that TCP puts before it. */
      readonly message: Uint8Array;
      readonly connection: ConnectionSettings;
      /**
       * The number of an exchange with the same upstream that is silent: its connection may be dead, so use another one;
       * `undefined`: there is none.
       */
      readonly insteadOf: number | undefined;
    }
  /** Nothing more is expected of this `exchange`: its reply was taken, or waited for long enough. */
  | { readonly kind: 'abandon'; readonly exchange: number }
  /** `line` is one line, without its end. */
  | { readonly kind: 'log'; readonly level: LogLevel; readonly line: string }
  /** `value` is added to a counter, put into a gauge, or counted by a histogram; `labels` are in the order of its table. */
  | { readonly kind: 'metric'; readonly metric: MetricName; readonly labels: readonly string[]; readonly value: number }
  | ServedEffect
  | CacheEffect
  | TapEffect;

/** After a `fatal` line the process is to end with 1: going on would do harm. */
export type LogLevel = 'debug' | 'info' | 'warning' | 'error' | 'fatal';

/** Where a query was served, as metrics label it. One object for each listener and zone: it may be compared by identity. */
export interface Place {
  /** The listener, `dns://10.96.0.10:53`. */
  readonly server: string;
  /** The zone of the server block, or `dropped` where there was none. */
  readonly zone: string;
  /** '' without a view. */
  readonly view: string;
  /** Its block has `prometheus`: queries are counted. Those that no zone is for always are. */
  readonly isCounted: boolean;
}

/** A query has been answered, or dropped by a plugin. */
export interface ServedEffect {
  readonly kind: 'served';
  readonly place: Place;
  readonly transport: Transport;
  /** Of the client's address. */
  readonly family: 'ipv4' | 'ipv6';
  /** IANA's number of what was asked for. */
  readonly type: number;
  readonly octets: number;
  /** The query had the DO bit. */
  readonly dnssecOk: boolean;
  /** IANA's number; `undefined` where the client heard nothing. */
  readonly rcode: number | undefined;
  /** The directive that wrote the answer; empty where the server did. */
  readonly plugin: string;
  /** Without name compression, and OPT only where an upstream sent it; 0 where nobody counts it. */
  readonly answerOctets: number;
  readonly durationMs: number;
}

/** Somebody who is told of messages as they come and go (dnstap). */
export interface Tap {
  /** Which one: those that are told the same in the same way are one. */
  readonly sink: string;
  /** What `identity` of `dnstap` says, else the name of the host. */
  readonly identity: string;
  /** What `version` of `dnstap` says, else what serves, as `dns-cache-1.0.0`. */
  readonly version: string;
}

/** A message came or went, for those who want to know of each. */
export interface TapEffect {
  readonly kind: 'tap';
  readonly tap: Tap;
  readonly type: 'client-query' | 'client-response' | 'forwarder-query' | 'forwarder-response';
  readonly transport: UpstreamTransport;
  /** Who asks; `undefined` where that is us, by a socket that is not known here. */
  readonly asker: Endpoint | undefined;
  /** Who answers; `undefined` where that is us. */
  readonly responder: Endpoint | undefined;
  /** Monotonic, in milliseconds. */
  readonly askedAt: number;
  /** Monotonic, in milliseconds; `undefined` of a question. */
  readonly answeredAt: number | undefined;
  /** `undefined` where it is not wanted. */
  readonly message: Uint8Array | undefined;
  /** What the Corefile has said beside it; '' is nothing. */
  readonly extra: string;
}

/** A cache, as metrics label it; one object for each cache and place. */
export interface CachePlace extends Place {
  /** The zones of this cache, comma between. */
  readonly zones: string;
}

/** What a cache did, for metrics and for scenarios. */
export type CacheEffect = { readonly kind: 'cache'; readonly cache: CachePlace } & (
  /** `stale`: its time was over. */
  | { readonly outcome: 'hit'; readonly store: StoreName; readonly stale: boolean }
  | {
      readonly outcome: 'miss';
      /** Another query has asked already, and its answer will do. */
      readonly coalesced: boolean;
    }
  | {
      readonly outcome: 'stored';
      readonly store: StoreName;
      readonly lifeSeconds: number;
      /** How many the store has now. */
      readonly entries: number;
      /** How many others had to go for it. */
      readonly evictions: number;
    }
  /** An entry is being asked for again before a client needs it. */
  | { readonly outcome: 'refresh' }
  /** A reply that does not answer what was asked. */
  | { readonly outcome: 'mismatch' }
);
