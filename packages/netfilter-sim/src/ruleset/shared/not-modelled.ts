/** Never a guess: the walk stops here and says what is missing. */
export interface NotModelled {
  readonly kind: 'not-modelled';
  /** What the model lacks, as a noun: `the payload of a later fragment`. */
  readonly what: string;
  /** One of the answers would drop the packet, whatever else its rule asks. */
  readonly mayDrop?: true;
}

/** Says that the model lacks something: `what`, as a noun. */
export const notModelled = (what: string): NotModelled => ({ kind: 'not-modelled', what });
