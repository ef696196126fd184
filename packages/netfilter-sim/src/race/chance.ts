import { seededChance } from '../chance.ts';
import type { Chance, Choice } from '../chance.ts';

/** A question that chance decides in a race, and its answer. */
interface Drawn {
  readonly choice: Choice;
  readonly answer: boolean;
}

export interface RaceChance extends Chance {
  readonly drawn: readonly Drawn[];
}

/**
 * Answers from a script, then yes. Numbers depend on the lane and on its moves alone, so that a packet
 * draws the same port in whatever order the packets move.
 */
export const raceChance = (lane: number, moves: number, script: readonly boolean[]): RaceChance => {
  const drawn: Drawn[] = [];
  const ports = seededChance(lane * 1009 + moves);
  return {
    drawn,
    choose(choice) {
      if (choice.kind === 'unknown') return 'undecided';
      const answer = script[drawn.length] ?? true;
      drawn.push({ choice, answer });
      return answer;
    },
    integer: (below) => ports.integer(below),
  };
};
