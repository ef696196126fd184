/** Never a guess: the walk stops here and says what is missing. */
export interface NotModelled {
  readonly kind: 'not-modelled';
  readonly what: string;
  /** One of the answers would drop the packet, whatever else its rule asks. */
  readonly mayDrop?: true;
}

/** Says that the model lacks something, and what. */
export const notModelled = (what: string): NotModelled => ({ kind: 'not-modelled', what });
