/** A link of the node: both ways are alike. */
export interface Link {
  readonly delayMs: number;
  /** The part of the packets that it loses, by chance: 0 to 1. */
  readonly lossShare: number;
  /** It loses packets of more octets than this, without a word; absent: of none. */
  readonly largestBytes?: number;
}

/** The links of a scenario. */
export interface Links {
  /** Between a pod and its node. */
  readonly pod: Link;
  /** Between the node and servers elsewhere. */
  readonly uplink: Link;
}
