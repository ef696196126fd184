import type { ListedEntry } from '../engine/snapshot.ts';

/** What somebody wants to know of: a name, folded, and a type of it or all. */
export interface AskedAbout {
  /** One character per octet of the wire form, in lower case. */
  readonly name: string;
  /** IANA's number; `undefined`: all. */
  readonly type: number | undefined;
  /** A monotonic time, in milliseconds. */
  readonly now: number;
}

/** An entry of the cache that has what was asked about. */
export interface ExplainedEntry extends ListedEntry {
  /** `stale` may still be served, `expired` may not. */
  readonly state: 'fresh' | 'stale' | 'expired';
}

/** An upstream that would be asked. */
export interface ExplainedUpstream {
  readonly address: string;
  /** The name that its certificate must have; '' without TLS, or where that is the address. */
  readonly serverName: string;
  readonly over: 'udp' | 'tcp' | 'tls' | 'https' | 'as-the-client';
  readonly health: 'up' | 'down' | 'never-down';
}

/** What a plugin has to say of a name, as it is now. */
export type Explained =
  | {
      readonly kind: 'cache';
      /** Comma between. */
      readonly zones: string;
      /** The name is in one of its zones. */
      readonly covers: boolean;
      readonly entries: readonly ExplainedEntry[];
    }
  | {
      readonly kind: 'forward';
      /** The zone of the names that it takes. */
      readonly from: string;
      /** As the Corefile writes it: `random`, `round_robin`, `sequential`. */
      readonly policy: string;
      readonly upstreams: readonly ExplainedUpstream[];
      /** Whom it asks where all are down. */
      readonly whenAllAreDown: 'each-once' | 'nobody';
    };

/** `undefined`: the name goes past it. */
export type Explain = (about: AskedAbout) => Explained | undefined;

/** The block that answers for a name at some listeners, and what its plugins say. */
export interface ExplainedBlock {
  /** `dns://:53`, `dns://10.96.0.10:53`. */
  readonly listeners: readonly string[];
  /** `undefined`: no zone there has it, and a query is refused. */
  readonly zone: string | undefined;
  /** '' without a view, which takes every query. */
  readonly view: string;
  /** In the order in which a query meets them. */
  readonly plugins: readonly string[];
  readonly says: readonly Explained[];
}
