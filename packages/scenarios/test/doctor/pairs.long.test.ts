import { describe, expect, it } from 'vitest';
import { BROKEN } from './broken.ts';
import type { Broken } from './broken.ts';
import { afterCommand } from './mend.ts';
import { examine, kindsOf, LESSON } from './nodes.ts';
import type { Contents } from './nodes.ts';

const SINGLE = BROKEN.filter(({ sound, byHand, plan }) => sound === undefined && byHand === undefined && plan === undefined);

/** As somebody would do it who types what the doctor says, and asks again. */
const mendedIn = (rounds: number, broken: Contents): readonly string[] => {
  const report = examine(broken);
  if (report.kind !== 'to-mend' || rounds === 0) return kindsOf(report);
  return mendedIn(rounds - 1, report.faults.flatMap(({ mend }) => mend).reduce(afterCommand, broken));
};

const pairs = SINGLE.flatMap((first, at) => SINGLE.slice(at + 1).map((second): readonly [string, Broken, Broken] => [`${first.name}, ${second.name}`, first, second]));

describe('on a node with two faults', () => {
  it.each(pairs)('both are mended, at the latest when one asks again: %s', (_, first, second) => {
    expect(mendedIn(2, second.change(first.change(LESSON)))).toEqual([]);
  });
});
