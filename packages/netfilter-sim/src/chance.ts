import { wholeNumber } from './range.ts';

/**
 * A question that a packet alone does not decide. Whoever runs the walk answers it. `what` is the question in words, the same for
 * the same question.
 */
export type Choice =
  /** True with this `probability`, from 0 to 1 (`-m statistic --mode random`). */
  | { readonly kind: 'chance'; readonly what: string; readonly probability: number }
  /** Depends on history or surroundings that were not given (`limit`, `recent`, `owner`). */
  | { readonly kind: 'unknown'; readonly what: string };

/** Where chance comes in. The caller owns it; the same answers give the same run. */
export interface Chance {
  /** `undecided` ends the walk there, as not modelled: nothing is guessed. */
  choose(choice: Choice): boolean | 'undecided';
  /** A whole number from 0 to `below` − 1: ports, mostly. */
  integer(below: number): number;
}

/**
 * Chance that repeats itself for the same `seed`, a whole number of which 32 bits count: mulberry32. It does not know the unknown.
 * @throws RangeError for a seed that is no whole number
 */
export const seededChance = (seed: number): Chance => {
  let state = wholeNumber('a seed', seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER) >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  return {
    choose: (choice) => (choice.kind === 'unknown' ? 'undecided' : next() < choice.probability * 2 ** 32),
    integer: (below) => next() % below,
  };
};

/** Answers what `assume` answers, and leaves to another what it says `undefined` to. */
export const assuming = (assume: (choice: Choice) => boolean | undefined, otherwise: Chance): Chance => ({
  choose: (choice) => assume(choice) ?? otherwise.choose(choice),
  integer: (below) => otherwise.integer(below),
});
