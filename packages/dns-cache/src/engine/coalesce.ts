import { createNumbered } from './numbered.ts';

/** Those who wait for one answer: the first asks, the others are told what it hears. */
export interface Coalescer<Outcome> {
  /** True where this is the first to wait under the key, and so the one to ask. */
  join(key: string, told: (outcome: Outcome) => void): boolean;
  /** Tells everyone under the key, in the order in which they came. */
  settle(key: string, outcome: Outcome): void;
}

/** RFC 5452 §5: identical questions in flight multiply a forger's chances; and the upstream need hear it only once. */
export const createCoalescer = <Outcome>(): Coalescer<Outcome> => {
  const numbers = new Map<string, number>();
  const waiting = createNumbered<((outcome: Outcome) => void)[]>();
  let last = 0;
  return {
    join(key, told) {
      const known = numbers.get(key);
      if (known !== undefined) {
        waiting.get(known)?.push(told);
        return false;
      }
      last += 1;
      numbers.set(key, last);
      waiting.set(last, [told]);
      return true;
    },
    settle(key, outcome) {
      const number = numbers.get(key);
      if (number === undefined) return;
      const all = waiting.get(number) ?? [];
      // A new question of the same name, asked while the others are told, is a new one.
      numbers.delete(key);
      waiting.delete(number);
      for (const told of all) told(outcome);
    },
  };
};
