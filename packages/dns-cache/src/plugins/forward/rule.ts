import type { Endpoint } from '../../address.ts';
import type { Position } from '../../corefile/error.ts';
import type { Token } from '../../corefile/lexer.ts';
import type { Zone } from '../../corefile/zone.ts';
import { ROOT_ZONE } from '../../corefile/zone.ts';
import type { IdentityFiles } from '../../directive/tls-files.ts';
import type { ConnectionSettings } from '../../engine/effect.ts';
import type { WireName } from '../../message/name.ts';
import { ROOT } from '../../message/name.ts';
import { EXPIRE_MS, MAX_FAILS, PROBE_INTERVAL_MS, READ_TIMEOUT_MS } from '../../upstream/limits.ts';
import type { Policy } from '../../upstream/policy.ts';
import type { Destination } from './destination.ts';

/** Over what an upstream without TLS is asked. */
export type Protocol = 'as-the-client' | 'tcp-only' | 'udp-first';

/** The files of `tls [CERT KEY] [CA]`. */
interface TlsFiles {
  readonly client: IdentityFiles | undefined;
  readonly authorities: Token | undefined;
}

/** One `forward` line with its options. */
export interface ForwardRule {
  readonly from: Zone;
  readonly except: readonly Zone[];
  readonly destinations: readonly Destination[];
  readonly protocol: Protocol;
  readonly policy: Policy;
  readonly maxFails: number;
  /** `undefined` is twice for each upstream, Infinity as often as there is time for. */
  readonly attemptsMax: number | undefined;
  readonly expireMs: number;
  /** Infinity is never. */
  readonly maxAgeMs: number;
  /** Infinity is no limit. */
  readonly idleMax: number;
  readonly readTimeoutMs: number;
  readonly tls: TlsFiles;
  readonly serverName: string | undefined;
  readonly healthCheck: { readonly intervalMs: number; readonly recursionDesired: boolean; readonly domain: WireName };
  /** Infinity is no limit. */
  readonly concurrentMax: number;
  /** Response codes, and whether an answer without records too, that send the query to the next `forward`. */
  readonly next: { readonly rcodes: ReadonlySet<number>; readonly onNoData: boolean };
  readonly failsFast: boolean;
  /** How questions over HTTPS are put. */
  readonly httpMethod: ConnectionSettings['httpMethod'];
  /** Who is asked for the addresses of hosts, one after the other; none is the system. */
  readonly resolvers: readonly Endpoint[];
  /** Response codes for which the next upstream is asked. */
  readonly failover: ReadonlySet<number>;
  readonly source: { readonly address: string; readonly position: Position } | undefined;
}

/** What CoreDNS takes where a Corefile says nothing (plugin/forward/forward.go, New). */
export const DEFAULT_RULE: ForwardRule = {
  from: ROOT_ZONE,
  except: [],
  destinations: [],
  protocol: 'as-the-client',
  policy: 'random',
  maxFails: MAX_FAILS,
  attemptsMax: undefined,
  expireMs: EXPIRE_MS,
  maxAgeMs: Number.POSITIVE_INFINITY,
  idleMax: Number.POSITIVE_INFINITY,
  readTimeoutMs: READ_TIMEOUT_MS,
  tls: { client: undefined, authorities: undefined },
  serverName: undefined,
  healthCheck: { intervalMs: PROBE_INTERVAL_MS, recursionDesired: true, domain: ROOT },
  concurrentMax: Number.POSITIVE_INFINITY,
  next: { rcodes: new Set(), onNoData: false },
  failsFast: false,
  httpMethod: 'POST',
  resolvers: [],
  failover: new Set(),
  source: undefined,
};

export type ForwardValue = readonly ForwardRule[];
