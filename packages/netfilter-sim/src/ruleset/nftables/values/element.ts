import type { Component } from './component.ts';
import type { LimitStatement } from './limit.ts';
import type { Verdict } from './verdict.ts';

/** What a map has behind a key: a verdict, or the parts of a value. */
export type Data =
  | { readonly kind: 'verdict'; readonly verdict: Verdict }
  | { readonly kind: 'parts'; readonly parts: readonly Component[] };

/** An element of a set or a map. */
export interface NftElement {
  /** `any`: the element `*`, for all that no other has. */
  readonly key: readonly Component[] | 'any';
  /** What stands behind the key in a map; absent in a set. */
  readonly data?: Data;
  /** How long it has still to live; absent: for ever. */
  readonly expiresInMs?: number;
  /** Lets so many through; absent: all. Counters say nothing and are not kept. */
  readonly limit?: LimitStatement;
  /** A statement inside the element that the model does not carry out; absent: there is none. */
  readonly unknown?: string;
  /** Absent: none. */
  readonly comment?: string;
}

/** A set by its name, or written out in the rule. */
export type NftSetReference =
  /** `name` is without the `@`. */
  | { readonly kind: 'named'; readonly name: string }
  | { readonly kind: 'anonymous'; readonly elements: readonly NftElement[] };
