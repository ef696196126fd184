import { seededChance } from '../chance.ts';
import type { Chance, Choice } from '../chance.ts';

/** A question that came up in a race, and its answer. */
export interface Drawn {
  readonly choice: Choice;
  /** Yes, or no. */
  readonly answer: boolean;
}

/** Chance in a race, and what it was asked so far. */
export interface RaceChance extends Chance {
  readonly drawn: readonly Drawn[];
}

/** What decides in a race besides the order of moves. */
export interface RaceDecisions {
  /** Which ports are drawn; 1 where it is not given. */
  readonly seed?: number;
  /** What is taken for granted is not asked; absent, or `undefined` for a question: nothing is. */
  readonly assume?: (choice: Choice) => boolean | undefined;
}

/** Far enough apart that no two moves of a race draw alike. */
const LANE_STRIDE = 1009;
const SEED_STRIDE = 1_000_003;

/**
 * Answers from a script, then as `otherwise` does. Numbers depend on the lane and on its moves alone, so that a packet
 * draws the same port in whatever order the packets move.
 */
export const raceChance = (
  at: { readonly lane: number; readonly moves: number },
  script: readonly boolean[],
  { seed = 1, assume }: RaceDecisions,
  otherwise: (choice: Choice) => boolean | 'undecided' = () => true,
): RaceChance => {
  const drawn: Drawn[] = [];
  const ports = seededChance((seed - 1) * SEED_STRIDE + at.lane * LANE_STRIDE + at.moves);
  return {
    drawn,
    choose(choice) {
      const assumed = assume?.(choice);
      if (assumed !== undefined) return assumed;
      if (choice.kind === 'unknown') return 'undecided';
      const answer = script[drawn.length] ?? otherwise(choice);
      if (answer !== 'undecided') drawn.push({ choice, answer });
      return answer;
    },
    integer: (below) => ports.integer(below),
  };
};
