/** CoreDNS's `serve_stale`: an expired entry is better than no answer (RFC 8767). */
export interface StalePolicy {
  /** So long after its expiry an entry may still be served. */
  readonly upToMs: number;
  readonly mode:
    /** The client gets the expired entry at once; the upstream is asked afterwards. */
    | { readonly kind: 'immediate' }
    /** The upstream is asked first, for so long at most; 0 is as long as that takes. */
    | { readonly kind: 'verify'; readonly timeoutMs: number };
  /** What clients are told. RFC 8767 §4 recommends 30; CoreDNS's default is 0. */
  readonly ttlSeconds: number;
  /** After a refresh that failed nobody asks again for so long. */
  readonly recheckMs: number;
  /** An answer that exists is served, expired or not, before a denial. */
  readonly preferPositive: boolean;
}
