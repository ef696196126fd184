/**
 * Where chance comes in. The caller owns it; the same answers give the same run.
 */
export interface Chance {
  /** True with this probability, 0 to 1. */
  happens(probability: number): boolean;
  /** A whole number from 0 to `below` − 1. */
  integer(below: number): number;
}

/** Chance that repeats itself for the same seed (a 32-bit whole number): mulberry32. */
export const seededChance = (seed: number): Chance => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  return {
    happens: (probability) => next() < probability * 2 ** 32,
    integer: (below) => next() % below,
  };
};
