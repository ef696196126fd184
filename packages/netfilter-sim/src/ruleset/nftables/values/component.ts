/** One number (bits, first octet highest) or one name, as a register of the kernel holds it. */
export type Scalar = bigint | string;

/** What a value of one type is held against. */
export type Component =
  | { readonly kind: 'value'; readonly value: Scalar }
  /** `min` and `max` as numbers, the first octet highest; both are in it. */
  | { readonly kind: 'range'; readonly min: bigint; readonly max: bigint }
  /** `min` and `max` are the first and the last value of `length` leading bits. */
  | { readonly kind: 'prefix'; readonly min: bigint; readonly max: bigint; readonly length: number }
  /** `"eth*"`: names that begin with `text`. */
  | { readonly kind: 'begins-with'; readonly text: string }
  /**
   * A word that the reader does not know, or cannot mean what it says; what hangs on it is not modelled. `text` is the word; `why`
   * says what is wrong with it, absent where it is just not known.
   */
  | { readonly kind: 'unknown'; readonly text: string; readonly why?: string };
