/** Those who wait for one answer: the first asks, the others are told what it hears. */
export interface Coalescer<Outcome> {
  /** True where this is the first to wait under the key, and so the one to ask. */
  join(key: string, told: (outcome: Outcome) => void): boolean;
  /** Tells everyone under the key, in the order in which they came. */
  settle(key: string, outcome: Outcome): void;
}

/** RFC 5452 §5: identical questions in flight multiply a forger's chances; and the upstream need hear it only once. */
export const createCoalescer = <Outcome>(): Coalescer<Outcome> => {
  const waiting = new Map<string, ((outcome: Outcome) => void)[]>();
  return {
    join(key, told) {
      const others = waiting.get(key);
      if (others === undefined) {
        waiting.set(key, [told]);
        return true;
      }
      others.push(told);
      return false;
    },
    settle(key, outcome) {
      const all = waiting.get(key) ?? [];
      // A new question of the same name, asked while the others are told, is a new one.
      waiting.delete(key);
      for (const told of all) told(outcome);
    },
  };
};
