import type { Endpoint } from '../address.ts';
import type { Position } from '../corefile/error.ts';
import type { Token } from '../corefile/lexer.ts';
import type { IdentityFiles } from '../directive/tls-files.ts';
import type { Timeouts } from './timeouts.ts';

/** What a listener over TLS asks of clients, as Go's crypto/tls has it: a certificate, and one of a known authority. */
export type ClientAuth = 'nocert' | 'request' | 'require' | 'verify_if_given' | 'require_and_verify';

/**
 * What a directive asks of the process around the name server: it answers no query, and the core only passes it on.
 * The address of an endpoint may be a host name (`localhost`); '' is all addresses.
 */
export type Facility =
  | {
      readonly kind: 'prometheus';
      readonly endpoint: Endpoint;
      /** Show all that the runtime tells of itself, not only the usual process metrics. */
      readonly runtimeMetrics: boolean;
      readonly position: Position;
    }
  | { readonly kind: 'health'; readonly endpoint: Endpoint; readonly lameduckMs: number; readonly position: Position }
  | {
      readonly kind: 'ready';
      readonly endpoint: Endpoint;
      readonly monitor: 'until-ready' | 'continuously';
      readonly position: Position;
    }
  | { readonly kind: 'reload'; readonly intervalMs: number; readonly jitterMs: number; readonly position: Position }
  | {
      readonly kind: 'profiler';
      readonly endpoint: Endpoint;
      /** CoreDNS's `block RATE`, Go's rate of sampled blocking; 0 where it is off. */
      readonly blockRate: number;
      readonly position: Position;
    }
  | {
      /** By how many threads all is to be served, each on sockets of its own. */
      readonly kind: 'multisocket';
      /** 1 to 1024. */
      readonly threads: number;
      readonly position: Position;
    }
  | ({ readonly kind: 'timeouts' } & Timeouts)
  | {
      /** How the listeners over TLS of the block are known. */
      readonly kind: 'tls';
      readonly identity: IdentityFiles;
      /** Who must have signed the certificates of clients; where it is missing, those whom the system trusts. */
      readonly authorities: Token | undefined;
      readonly clientAuth: ClientAuth;
    }
  | DnstapFacility
  | {
      /** A folder that is to be there. */
      readonly kind: 'root';
      /** As the Corefile writes it. */
      readonly path: string;
      readonly position: Position;
    }
  | { readonly kind: 'debug' }
  /** Log where an internal error came from. */
  | { readonly kind: 'stacktrace' };

/** Where messages are told of, in dnstap's format. */
export interface DnstapFacility {
  readonly kind: 'dnstap';
  /** What taps call it. */
  readonly sink: string;
  /** Whether we go there, or wait for whoever comes. */
  readonly way: 'connect' | 'listen';
  readonly socket: TapSocket;
  /** How much may wait to be written, in octets. */
  readonly bufferOctets: number;
  /** How many messages may wait besides; what is more is dropped, and counted. */
  readonly queueMessages: number;
  /** Whether the other side must show a certificate that can be trusted; over TLS only. */
  readonly verifies: boolean;
  /**
   * Who we are to those who come over TLS, and who must have signed theirs (`authorities`, `undefined`: nobody need); `undefined`
   * without.
   */
  readonly identity: (IdentityFiles & { readonly authorities: Token | undefined }) | undefined;
  readonly position: Position;
}

/** Where what is tapped goes to. */
export type TapSocket =
  /** `path` is that of the socket. */
  | { readonly kind: 'unix'; readonly path: string }
  /** The address may be a host name. */
  | { readonly kind: 'tcp' | 'tls'; readonly endpoint: Endpoint };

export type TimeoutsFacility = Extract<Facility, { kind: 'timeouts' }>;

export type TlsFacility = Extract<Facility, { kind: 'tls' }>;
