import type { ViewedQuery } from '../../../plugin/view.ts';

/** What an expression is about, or made of. */
export type Value = string | number | boolean | readonly Value[];

export type ValueType = 'string' | 'number' | 'boolean' | 'array';

/** An expression, checked. */
export interface Compiled {
  readonly type: ValueType;
  /** `undefined` where it has no value, as the network `10.0.0.0/33` has none. */
  readonly evaluate: (query: ViewedQuery) => Value | undefined;
}

/** Why an expression means nothing. */
export class ExpressionError extends Error {
  /** Where that is known: how many characters before it. */
  readonly at: number | undefined;

  constructor(reason: string, at?: number) {
    super(reason);
    this.name = 'ExpressionError';
    this.at = at;
  }
}
