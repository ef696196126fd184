import { atLeast, readKernelVersion, readNode } from '@nodelocal/netfilter-sim';
import { describe, expect, it } from 'vitest';
import { judgeRace } from '../../src/races/judge.ts';
import { MITIGATIONS } from '../../src/races/mitigations.ts';
import { lessonInputs } from '../support/lesson.ts';

const { host: lesson } = readNode(lessonInputs.snapshot);
const judged = (name: string, release: string) => {
  const experiment = MITIGATIONS.find((known) => known.name === name);
  const kernel = readKernelVersion(release);
  if (experiment === undefined || kernel === undefined) throw new RangeError(`${name} on ${release}`);
  return judgeRace(experiment, lesson, kernel);
};
const RELEASES = ['4.6', '4.18', '4.19', '5.0', '5.4', '5.6', '5.10', '6.18'];

describe.each(RELEASES)('on Linux %s', (release) => {
  const kernel = readKernelVersion(release) ?? { major: 0, minor: 0 };

  it('two queries of one socket lose one before 5.6, and a late answer after', () => {
    const { lost, promptAnswerLost, lateAnswerLost } = judged('nothing', release);
    expect(lost > 0).toBe(!atLeast(kernel, 5, 6));
    expect(promptAnswerLost).toBe(0);
    expect(lateAnswerLost > 0).toBe(atLeast(kernel, 5, 6));
  });

  it.each(['single-request', 'single-request-reopen', 'use-vc', 'NOTRACK both ways', 'NOTRACK one way'])('%s loses nothing, early or late', (name) => {
    expect(judged(name, release)).toMatchObject({ lost: 0, promptAnswerLost: 0, lateAnswerLost: 0 });
  });

  it.each(['single backend', 'session affinity'])('%s helps from 5.0 on', (name) => {
    expect(judged(name, release).lost > 0).toBe(!atLeast(kernel, 5, 0));
  });

  it('a masquerade with kept ports loses a packet of two pods, one with random ports does not', () => {
    expect(judged('masquerade', release).lost).toBeGreaterThan(0.5);
    expect(judged('masquerade --random-fully', release).lost).toBe(0);
  });
});

it('leaves nothing with NOTRACK both ways, and the answers’ entry with NOTRACK one way', () => {
  expect(judged('NOTRACK both ways', '6.18').entriesMax).toBe(0);
  expect(judged('NOTRACK one way', '6.18').entriesMax).toBe(1);
});
