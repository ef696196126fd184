import { seededChance } from '../../../src/chance.ts';

/** Draws that repeat themselves for the same seed. */
export interface Random {
  below(number: number): number;
  between(interval: { readonly min: number; readonly max: number }): number;
  one<Item>(items: readonly Item[]): Item | undefined;
}

export const newRandom = (seed: number): Random => {
  const chance = seededChance(seed);
  return {
    below: (number) => chance.integer(number),
    between: ({ min, max }) => min + chance.integer(max - min + 1),
    one: (items) => items[chance.integer(Math.max(1, items.length))],
  };
};
