/** A token bucket (net/netfilter/nft_limit.c). */
export interface LimitStatement {
  readonly kind: 'limit';
  readonly rate: number;
  readonly per: 'second' | 'minute' | 'hour' | 'day' | 'week';
  readonly burst: number;
  /** Bytes in one unit of the rate and of the burst; absent: packets are counted. */
  readonly bytes?: { readonly rate: ByteUnit; readonly burst: ByteUnit };
  /** `over`: holds where the rate is exceeded. */
  readonly over: boolean;
}

/** The units of `limit rate` over bytes. */
export type ByteUnit = 'bytes' | 'kbytes' | 'mbytes';
