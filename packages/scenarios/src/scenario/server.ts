/** A DNS server, or several that are alike. */
export interface DnsServer {
  readonly name: 'CoreDNS' | 'gateway' | 'resolved';
  /** Of IPv4; at least one. */
  readonly addresses: readonly string[];
  readonly at: ServerPlace;
  readonly knows: Knowledge;
  /** What it does with which query: the first that fits counts; a query that none fits is answered. */
  readonly habits: readonly Habit[];
  /** What it takes to answer. */
  readonly delayMs: number;
}

/** Where a server is. */
export type ServerPlace =
  /** The node reaches it by this device, over the network. */
  | { readonly kind: 'elsewhere'; readonly device: string }
  /** A pod of this node, behind this device; one that is not there is made. */
  | { readonly kind: 'pod'; readonly device: string }
  /** A program of the node. */
  | { readonly kind: 'host' };

/** What a server knows. */
export type Knowledge =
  /**
   * The cluster's zone, `domain`; names outside of it are refused. `services` has addresses by fully qualified name.
   */
  | { readonly kind: 'cluster'; readonly domain: string; readonly services: Readonly<Record<string, readonly string[]>> }
  /** The world: `names` has addresses, of both families, by fully qualified name. */
  | { readonly kind: 'outside'; readonly names: Readonly<Record<string, readonly string[]>> }
  /** Nothing: it asks another one by UDP, at the address `to`. */
  | { readonly kind: 'forwarded'; readonly to: string };

/** What a server does with some queries. */
export interface Habit {
  readonly for: QueryPattern;
  readonly does: Deed;
}

/** All that is said must fit. */
export interface QueryPattern {
  /** `A`, `AAAA`; absent: any. */
  readonly type?: string;
  /** The end of the name, with its final dot; absent: any. */
  readonly nameEnd?: string;
  /** The server's address, where there are several; absent: any. */
  readonly server?: string;
  /** Absent: any. */
  readonly transport?: 'udp' | 'tcp';
  /** Of those that fit, by chance: 0 to 1; absent: all. */
  readonly share?: number;
}

/** What a server can do instead of a plain answer. */
export type Deed =
  | { readonly kind: 'silent' }
  /** It answers, and later by so much. */
  | { readonly kind: 'slow'; readonly byMs: number }
  | { readonly kind: 'error'; readonly rcode: 'SERVFAIL' | 'REFUSED' | 'NXDOMAIN' | 'NOTIMP' | 'FORMERR' }
  /** No record, and TC, over UDP. */
  | { readonly kind: 'truncates' };
