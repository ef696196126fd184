/** How patient to be with a connection. */
export interface Timeouts {
  /** For the first query, and for a message that has begun. */
  readonly readMs: number;
  /** For a client that does not read its answers. */
  readonly writeMs: number;
  /** Between queries. */
  readonly idleMs: number;
  /** How many queries one connection may carry; `undefined` is any number. */
  readonly queriesMax: number | undefined;
}

/**
 * CoreDNS core/dnsserver/server.go: the first query of a connection within 3 s, the next ones within 10 s. A message
 * that has begun must be whole within 3 s as well (slow senders hold a connection, RFC 9210).
 */
export const DEFAULT_TIMEOUTS: Timeouts = { readMs: 3000, writeMs: 5000, idleMs: 10_000, queriesMax: undefined };
