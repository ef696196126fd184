import type { Verdict } from './statement.ts';
import type { LimitStatement } from './statement.ts';

/** One number (bits, first octet highest) or one name, as a register of the kernel holds it. */
export type Scalar = bigint | string;

/** What a value of one type is held against. */
export type Component =
  | { readonly kind: 'value'; readonly value: Scalar }
  | { readonly kind: 'range'; readonly min: bigint; readonly max: bigint }
  | { readonly kind: 'prefix'; readonly min: bigint; readonly max: bigint; readonly length: number }
  /** `"eth*"`: names that begin so. */
  | { readonly kind: 'begins-with'; readonly text: string }
  /** A word that the reader does not know; what hangs on it is not modelled. */
  | { readonly kind: 'unknown'; readonly text: string };

/** What a map has behind a key: a verdict, or the parts of a value. */
export type Data =
  | { readonly kind: 'verdict'; readonly verdict: Verdict }
  | { readonly kind: 'parts'; readonly parts: readonly Component[] };

export interface NftElement {
  /** `any`: the element `*`, for all that no other has. */
  readonly key: readonly Component[] | 'any';
  readonly data?: Data;
  /** How long it has still to live; absent: for ever. */
  readonly expiresInMs?: number;
  /** Lets so many through; counters say nothing and are not kept. */
  readonly limit?: LimitStatement;
  /** A statement inside the element that the model does not carry out. */
  readonly unknown?: string;
  readonly comment?: string;
}

/** A set by its name, or written out in the rule. */
export type SetReference =
  | { readonly kind: 'named'; readonly name: string }
  | { readonly kind: 'anonymous'; readonly elements: readonly NftElement[] };
