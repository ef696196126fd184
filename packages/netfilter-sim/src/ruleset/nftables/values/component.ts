/** One number (bits, first octet highest) or one name, as a register of the kernel holds it. */
export type Scalar = bigint | string;

/** What a value of one type is held against. */
export type Component =
  | { readonly kind: 'value'; readonly value: Scalar }
  | { readonly kind: 'range'; readonly min: bigint; readonly max: bigint }
  | { readonly kind: 'prefix'; readonly min: bigint; readonly max: bigint; readonly length: number }
  /** `"eth*"`: names that begin so. */
  | { readonly kind: 'begins-with'; readonly text: string }
  /** A word that the reader does not know, or cannot mean what it says; what hangs on it is not modelled. */
  | { readonly kind: 'unknown'; readonly text: string; readonly why?: string };
