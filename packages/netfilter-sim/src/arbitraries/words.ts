import * as fc from 'fast-check';

/** No array of fast-check's is longer. */
export const LENGTH_MAX = 0x7fff_ffff;

/** One of these; a counterexample shrinks to the first. */
export const oneOf = <Value>(...values: readonly Value[]): fc.Arbitrary<Value> => fc.constantFrom(...values);

/** Words put together, so that each part shrinks by itself. */
export const line = (...parts: readonly (string | fc.Arbitrary<string | number>)[]): fc.Arbitrary<string> =>
  fc.tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part))).map((words) => words.join(''));

/** One of these, each so often as its weight says. */
export const weighted = <Value>(...choices: readonly (readonly [weight: number, arbitrary: fc.Arbitrary<Value>])[]): fc.Arbitrary<Value> =>
  fc.oneof({ withCrossShrink: true }, ...choices.map(([weight, arbitrary]) => ({ weight, arbitrary })));

/** The first mostly, so that it is what a counterexample shrinks to; another at times. */
export const mostly = <Value>(usual: Value, ...others: readonly Value[]): fc.Arbitrary<Value> =>
  weighted([12, fc.constant(usual)], [1, oneOf(...others)]);

/** Nothing, or at times the mark that turns a test around. */
export const not: fc.Arbitrary<string> = weighted([4, fc.constant('')], [1, fc.constant('! ')]);
