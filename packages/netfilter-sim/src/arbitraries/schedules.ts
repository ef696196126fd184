import * as fc from 'fast-check';
import type { Turn } from '../race/schedule.ts';
import { wholeNumber } from '../range.ts';
import { LENGTH_MAX } from './words.ts';

/** Which schedules are wanted. */
export interface ScheduleConstraints {
  /** Turns at most; 12 where it is left out, which is more than three packets take. */
  readonly maxTurns?: number;
  /**
   * Whether a turn says what chance answers in it; else, as where it is left out, `runSchedule` has each such question answered
   * with yes.
   */
  readonly draws?: boolean;
}

/**
 * Orders in which so many packets that arrive together can move, for `runSchedule`; `printSchedule` writes one as `--schedule` of the
 * command line reads it. What no turn says is done packet by packet, so a counterexample shrinks to the few turns that break something;
 * none at all is one packet after the other.
 * @param packets how many race, from 1
 * @throws RangeError for fewer than one packet, or fewer than no turns
 */
export const schedules = (packets: number, { maxTurns = 12, draws = false }: ScheduleConstraints = {}): fc.Arbitrary<readonly Turn[]> => {
  if (!Number.isInteger(packets) || packets < 1) throw new RangeError(`schedules: a race has one packet or more, not ${packets}`);
  const lane = fc.nat(packets - 1);
  const turn: fc.Arbitrary<Turn> = draws ? fc.record({ lane, draws: fc.array(fc.boolean(), { maxLength: 3 }) }) : fc.record({ lane });
  return fc.array(turn, { maxLength: wholeNumber('maxTurns', maxTurns, 0, LENGTH_MAX) });
};
