import type { ResolverConfig } from './config.ts';

/** Why nobody could say whether a name exists. */
export type LookupFailure = 'timed-out' | 'refused' | 'server-failure';

/** What a lookup of both kinds of addresses came to. */
export type LookupResult =
  /** `name` is the one of the search list that has the `addresses`, those of both families. */
  | { readonly kind: 'resolved'; readonly name: string; readonly addresses: readonly string[] }
  /** No name of the search list has an address (EAI_NONAME). */
  | { readonly kind: 'not-found' }
  /** Nobody answered, or only with an error (EAI_AGAIN). */
  | { readonly kind: 'failed'; readonly why: LookupFailure };

/** What a resolver is told by the world. */
export type LookupEvent =
  /** A DNS `message` to a socket of the resolver: `port` is its own, `from` the sender's address. */
  | { readonly kind: 'datagram'; readonly port: number; readonly from: string; readonly message: Uint8Array }
  /** An ICMP error came back for the socket whose own port is `port`. */
  | { readonly kind: 'refused'; readonly port: number }
  /** A whole DNS `message`, without its length, on the connection whose own port is `connection`. */
  | { readonly kind: 'tcp-answer'; readonly connection: number; readonly message: Uint8Array }
  /** The connection whose own port is `connection` could not be made, or has ended. */
  | { readonly kind: 'tcp-closed'; readonly connection: number }
  | { readonly kind: 'timeout' };

/** A query by UDP: the DNS `message`. `port` is the source port and so the socket, `to` the server's address; its port is 53. */
export interface Datagram {
  readonly kind: 'datagram';
  readonly port: number;
  readonly to: string;
  readonly message: Uint8Array;
}

/**
 * A query by TCP: the DNS `message` without its length. The first one of a source port (`connection`) opens the connection; `to`
 * is the server's address.
 */
export interface TcpQuery {
  readonly kind: 'tcp-query';
  readonly connection: number;
  readonly to: string;
  readonly message: Uint8Array;
}

/** What a resolver sends. */
export type Sent = Datagram | TcpQuery;

/** What every resolver's lookup tells of itself. */
export interface Progress {
  /** When it wants to hear `timeout`, in milliseconds; Infinity where it would wait for ever. An earlier one does nothing. */
  readonly deadlineMs: number;
  /** Undefined as long as it is in progress. */
  readonly result: LookupResult | undefined;
}

/** The lookup as it stands now, and what it sends, in order. */
export interface Step<L extends Progress> {
  readonly lookup: L;
  readonly send: readonly Sent[];
}

/** A whole number from 0 to `below` − 1. */
export type Draw = (below: number) => number;

/** A stub resolver that asks for A and AAAA of a name. It has no clock: `nowMs` is any clock's, in milliseconds. */
export interface Resolver<L extends Progress> {
  /** How this resolver reads a resolv.conf. */
  readonly readConfig: (resolvConf: string) => ResolverConfig;
  /** Begins a lookup: what is to be sent, and when to be called again. @throws RangeError for a name that no query can ask for */
  readonly start: (name: string, config: ResolverConfig, nowMs: number, draw: Draw) => Step<L>;
  /** Goes on with what was heard. */
  readonly step: (lookup: L, event: LookupEvent, nowMs: number, draw: Draw) => Step<L>;
}

/** Linux hands out ports from this range (net.ipv4.ip_local_port_range). */
const EPHEMERAL = { first: 32_768, count: 28_232 } as const;

/** The source port of a socket that is opened now. */
export const drawPort = (draw: Draw): number => EPHEMERAL.first + draw(EPHEMERAL.count);
