import { seeded } from '../../../support/world.ts';

/** What a generator decides by: the same seed, the same decisions. */
export interface Chance {
  /** From 0 to below `count`. */
  below(count: number): number;
  maybe(probability: number): boolean;
  one<const T>(of: readonly [T, ...T[]] | readonly T[]): T;
  /** So many of them, each once. */
  some<T>(of: readonly T[], count: number): readonly T[];
  /** What is made, or nothing. */
  perhaps<T>(probability: number, make: () => T): readonly T[];
}

export const chanceOf = (seed: number): Chance => {
  const random = seeded(seed);
  const below = (count: number): number => Math.floor(random() * count);
  const chance: Chance = {
    below,
    maybe: (probability) => random() < probability,
    one(of) {
      const found = of[below(of.length)];
      if (found === undefined) throw new RangeError('nothing to choose from');
      return found;
    },
    some(of, count) {
      const left = [...of];
      return Array.from({ length: Math.min(count, of.length) }, () => left.splice(below(left.length), 1)).flat();
    },
    perhaps: (probability, make) => (random() < probability ? [make()] : []),
  };
  return chance;
};
