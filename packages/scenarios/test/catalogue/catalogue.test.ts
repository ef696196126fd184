import { CATALOGUE, judge, scenarioNamed } from '@nodelocal/scenarios';
import { describe, expect, it } from 'vitest';
import { play } from '../support/lesson.ts';

const told = (verdicts: ReturnType<typeof judge>): readonly string[] => verdicts.filter(({ holds }) => !holds).map(({ expectation, seen }) => `${JSON.stringify(expectation)}: ${seen}`);

describe('a scenario of the catalogue', () => {
  it.each(CATALOGUE.map((scenario) => [scenario.name, scenario] as const))('shows what it says: %s', (_name, scenario) => {
    const recording = play(scenario);
    expect(scenario.expectations).not.toEqual([]);
    expect(told(judge(recording))).toEqual([]);
    expect(play(scenario)).toEqual(recording);
    expect(JSON.parse(JSON.stringify(scenario))).toEqual(scenario);
  });
});

const fixed = CATALOGUE.flatMap((scenario) => (scenario.incident?.fixedBy ?? []).map((fix) => [scenario.name, fix, scenario] as const));

describe('an incident and its fix', () => {
  it.each(fixed)('are told apart by what is expected of them: %s, %s', (_name, fix, broken) => {
    const mended = scenarioNamed(fix);
    if (mended === undefined) throw new RangeError(`there is no scenario ${fix}`);
    expect(told(judge(play(broken), mended.expectations))).not.toEqual([]);
    expect(told(judge(play(mended), broken.expectations))).not.toEqual([]);
  });
});

it('has names that differ', () => {
  const names = CATALOGUE.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
