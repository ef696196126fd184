import type { Component } from './component.ts';
import type { DataType } from './data-type.ts';
import type { NftSetReference } from './element.ts';

/**
 * What a rule takes from a packet and its surroundings, or makes of it. Words are those of libnftables-json(5): `protocol` and
 * `field` of a header (`ip`, `saddr`), `key` of `meta` and `ct`.
 */
export type Expression =
  | { readonly kind: 'payload'; readonly protocol: string; readonly field: string; readonly type: DataType }
  | { readonly kind: 'meta'; readonly key: string; readonly type: DataType }
  /** `direction`: whose tuple is looked at; absent: for keys that have none. */
  | { readonly kind: 'ct'; readonly key: string; readonly direction?: 'original' | 'reply'; readonly type: DataType }
  | {
      readonly kind: 'fib';
      readonly flags: readonly FibFlag[];
      readonly result: 'type' | 'oif' | 'oifname';
      readonly type: DataType;
    }
  /** From `offset` on, `modulus` numbers: both 32 bits unsigned, the modulus at least 1. */
  | { readonly kind: 'numgen'; readonly mode: 'random' | 'inc'; readonly modulus: number; readonly offset: number }
  /**
   * `jhash` of an expression, or `symhash` of the flow, the same both ways. Without a seed the kernel draws one. `modulus`, at
   * least 1, and `offset` as with `numgen`; `seed` has 32 bits, unsigned.
   */
  | { readonly kind: 'hash'; readonly of: Expression | 'flow'; readonly modulus: number; readonly seed?: number; readonly offset: number }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  /** Without a field, whether the option is there (`tcp option maxseg exists`). `name` is nft's: `maxseg`; so is `field`: `size`. */
  | { readonly kind: 'tcp-option'; readonly name: string; readonly field?: string; readonly type: DataType }
  /**
   * A header between IPv6's own and the transport's; without a field, whether it is there. `name` is nft's: `frag`; so is `field`:
   * `id`.
   */
  | { readonly kind: 'extension-header'; readonly name: string; readonly field?: string; readonly type: DataType }
  | { readonly kind: 'socket'; readonly key: 'transparent' | 'wildcard' | 'mark'; readonly type: DataType }
  /** `rt mtu`: the segment size that the path takes, both ways. */
  | { readonly kind: 'path-segment-size'; readonly type: DataType }
  | { readonly kind: 'concatenation'; readonly parts: readonly Expression[] }
  | { readonly kind: 'map'; readonly key: Expression; readonly data: NftSetReference; readonly types: readonly DataType[] }
  | { readonly kind: 'constant'; readonly component: Component; readonly type: DataType }
  /** An expression of nft's that the model does not evaluate; `text` is what the JSON says. `what` names it. */
  | { readonly kind: 'not-modelled'; readonly what: string; readonly text: string };

/** What is done bit by bit with two values. */
export type BinaryOperator = '&' | '|' | '^' | '<<' | '>>';
/** What of a packet `fib` looks up. */
export type FibFlag = 'saddr' | 'daddr' | 'mark' | 'iif' | 'oif';

/** The right side of a comparison. */
export type Operand =
  | { readonly kind: 'parts'; readonly parts: readonly Component[] }
  /** `established,related`: `bits` is the sum of several words. */
  | { readonly kind: 'flags'; readonly bits: bigint }
  | { readonly kind: 'set'; readonly set: NftSetReference }
  /** `exists` (`present`), `missing`. */
  | { readonly kind: 'presence'; readonly present: boolean }
  /** `text` says what it is. */
  | { readonly kind: 'not-modelled'; readonly text: string };

/** The types of an expression's parts; empty where they are not known. */
export const typesOf = (expression: Expression): readonly DataType[] => {
  switch (expression.kind) {
    case 'payload':
    case 'meta':
    case 'ct':
    case 'fib':
    case 'constant':
    case 'tcp-option':
    case 'extension-header':
    case 'socket':
    case 'path-segment-size':
      return [expression.type];
    case 'numgen':
    case 'hash':
      return ['integer'];
    case 'binary':
      return typesOf(expression.left);
    case 'concatenation':
      return expression.parts.flatMap(typesOf);
    case 'map':
      return expression.types;
    case 'not-modelled':
      return [];
  }
};
