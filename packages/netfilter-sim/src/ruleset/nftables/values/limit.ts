/** A token bucket (net/netfilter/nft_limit.c). */
export interface LimitStatement {
  readonly kind: 'limit';
  /** So many in the time of `per`; at least 1. */
  readonly rate: number;
  readonly per: 'second' | 'minute' | 'hour' | 'day' | 'week';
  /** So many more at once: 5 packets, or no bytes, where the rule does not say. */
  readonly burst: number;
  /** Bytes in one unit of the rate and of the burst; absent: packets are counted. */
  readonly bytes?: { readonly rate: ByteUnit; readonly burst: ByteUnit };
  /** `over`: holds where the rate is exceeded. */
  readonly over: boolean;
}

/** The units of `limit rate` over bytes. */
export type ByteUnit = 'bytes' | 'kbytes' | 'mbytes';
