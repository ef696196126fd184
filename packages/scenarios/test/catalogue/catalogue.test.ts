import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { Recording, Scenario } from '@nodelocal/scenarios';
import { CATALOGUE, judge, scenarioNamed } from '@nodelocal/scenarios';
import { describe, expect, it } from 'vitest';
import { play } from '../support/lesson.ts';

const told = (verdicts: ReturnType<typeof judge>): readonly string[] => verdicts.filter(({ holds }) => !holds).map(({ expectation, seen }) => `${JSON.stringify(expectation)}: ${seen}`);

/** Each played once for all tests. */
const played = new Map<string, Recording>();
const recordingOf = (scenario: Scenario): Recording => {
  const recording = played.get(scenario.name) ?? play(scenario);
  played.set(scenario.name, recording);
  return recording;
};

/** conntrack reads what ends send and acknowledge: segments that it finds invalid would be mistakes of ours. */
const segmentsOutsideTheirConnection = ({ events }: Recording): readonly number[] =>
  events.flatMap((event) => {
    const isInvalid = event.kind === 'packet' && event.sent.kind === 'tcp' && event.journey.trace.some((step) => step.kind === 'tracked' && step.outcome.kind === 'invalid');
    return isInvalid ? [event.atMs] : [];
  });

describe('a scenario of the catalogue', () => {
  it.each(CATALOGUE.map((scenario) => [scenario.name, scenario] as const))('shows what it says: %s', (_name, scenario) => {
    const recording = recordingOf(scenario);
    expect(scenario.expectations).not.toEqual([]);
    expect(told(judge(recording))).toEqual([]);
    expect(isDeepStrictEqual(play(scenario), recording)).toBe(true);
    expect(JSON.parse(JSON.stringify(scenario))).toEqual(scenario);
    expect(segmentsOutsideTheirConnection(recording)).toEqual([]);
  });
});

const fixed = CATALOGUE.flatMap((scenario) => (scenario.incident?.fixedBy ?? []).map((fix) => [scenario.name, fix, scenario] as const));

describe('an incident and its fix', () => {
  it.each(fixed)('are told apart by what is expected of them: %s, %s', (_name, fix, broken) => {
    const mended = scenarioNamed(fix);
    if (mended === undefined) throw new RangeError(`there is no scenario ${fix}`);
    expect(told(judge(recordingOf(broken), mended.expectations))).not.toEqual([]);
    expect(told(judge(recordingOf(mended), broken.expectations))).not.toEqual([]);
  });
});

it('has twenty incidents and more, each with a fix that is run, but for what the model does not walk', () => {
  const incidents = CATALOGUE.filter(({ incident }) => incident !== undefined);
  expect(incidents.length).toBeGreaterThanOrEqual(20);
  expect(incidents.filter(({ incident }) => incident?.fixedBy.length === 0).map(({ name }) => name)).toEqual(['ipvs-cluster-ip-bound']);
});

it('has names that differ', () => {
  const names = CATALOGUE.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

it('is in the README, each scenario in a row, in the order of the catalogue', () => {
  const page = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const section = /^\| name \| NOTRACK rules [^]*?(?=^## )/m.exec(page)?.[0] ?? '';
  // Beside an incident stand what mends it and its other forms, `-intercepted` for short.
  const named = [...section.matchAll(/^\| `(\S+)` \|.*\| (.*) \|$/gm)].flatMap(([, name = '', beside = '']) => [
    name,
    ...[...beside.matchAll(/`(\S+?)`/g)].map(([, other = '']) => (other.startsWith('-') ? `${name}${other}` : other)),
  ]);
  expect(named).toEqual(CATALOGUE.map(({ name }) => name));
});
