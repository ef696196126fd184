import type { Compared } from '@nodelocal/scenarios';
import { compareParts, compareScenarios, describeComparison, describeSideBySide, LESSON_SCENARIO, play, scenarioNamed, VARIANTS } from '@nodelocal/scenarios';
import { describe, expect, it } from 'vitest';
import { lessonInputs } from '../support/lesson.ts';

const inputs = { folders: { lesson: lessonInputs }, objects: {} };
const scenario = { ...LESSON_SCENARIO, name: 'lesson', question: '?', expect: '!' };
const comparison = compareParts(scenario, inputs, 1);
const row = (name: string): Compared['measured'] => {
  const found = comparison.rows.find(({ measured }) => measured.name === name);
  if (found === undefined) throw new RangeError(name);
  return found.measured;
};
const sum = (numbers: readonly number[]): number => numbers.reduce((one, other) => one + other, 0);

describe('with the cache, without it, and with each part of it missing', () => {
  it('tells who answers', () => {
    expect(comparison.rows.map(({ measured }) => [measured.name, measured.answeredBy.join()])).toEqual([
      ['with the cache', 'node-cache'],
      ['without the cache', 'CoreDNS'],
      ['without NOTRACK rules', 'CoreDNS'],
      ['with NOTRACK inbound only', 'node-cache'],
      ['without rules in OUTPUT', 'node-cache'],
      ['without local address', 'node-cache'],
      ['without the cluster IP', ''],
      ['with the agent down', ''],
      ['without upstream Service', 'node-cache'],
    ]);
    expect(VARIANTS).toHaveLength(comparison.rows.length);
  });

  it('counts the entries that lookups leave, and those that their answers do', () => {
    expect(row('with the cache').conntrack.pressure).toMatchObject({ entriesPerLookup: 0, shared: 1 });
    const without = row('without the cache').conntrack;
    expect(without.pressure).toMatchObject({ entriesPerLookup: 2, shared: 0 });
    expect(without.pressure.meanLifeMs).toBeGreaterThan(30_000);
    expect(without.pressure.meanLifeMs).toBeLessThan(30_010);
    expect(row('with NOTRACK inbound only').counts['answers-tracked']).toBe(8);
    expect(row('with the cache').counts['answers-tracked']).toBe(0);
  });

  it('has entries over time that begin with one and end with none', () => {
    const points = row('without the cache').conntrack.overTime;
    expect([points[0]?.entries, points.at(-1)?.entries]).toEqual([1, 0]);
    expect(Math.max(...points.map(({ entries }) => entries))).toBe(4);
  });

  it('says at which rate the table is full: so many lookups’ entries live at once', () => {
    const { fullAtPerSecond = 0, pressure, atRates } = row('without the cache').conntrack;
    expect(fullAtPerSecond * pressure.entriesPerLookup * (pressure.meanLifeMs / 1000)).toBeGreaterThan(pressure.entriesMax * 0.999);
    expect(atRates.find(({ lookupsPerSecond }) => lookupsPerSecond === 1000)?.entries).toBeCloseTo(2 * 30_001, -2);
    expect(row('with the cache').conntrack.fullAtPerSecond).toBeUndefined();
  });

  it('counts five-second waits only where somebody waits so long', () => {
    expect(comparison.rows.filter(({ measured }) => measured.counts['five-second-waits'] > 0).map(({ measured }) => measured.name)).toEqual(['without the cluster IP']);
    expect(row('without the cluster IP').counts['five-second-waits']).toBe(8);
    expect(row('without the cluster IP').latency.most).toBe(20_000);
  });

  it('has times that are the sum of what is assumed', () => {
    const { pod, uplink } = scenario.links;
    const roundTrip = 2 * (pod.delayMs + uplink.delayMs) + (scenario.servers[0]?.delayMs ?? 0);
    expect(row('without the cache').latency.least).toBeCloseTo(2 * roundTrip, 6);
    expect(comparison.assumptions.join()).toContain('0.4 ms between the node and servers elsewhere');
  });

  it('counts each packet that was lost once, whatever the reason', () => {
    for (const { measured } of comparison.rows) expect(sum(measured.losses.map(({ count }) => count))).toBe(measured.counts['packets-lost']);
    expect(row('without the cluster IP').losses).toEqual([{ why: 'nobody-there', count: 16 }]);
  });

  it('is a table with a line for each', () => {
    const lines = describeComparison(comparison);
    expect(lines.slice(1, 1 + VARIANTS.length).map((line) => line.split(/ {2,}/)[0])).toEqual(VARIANTS.map(({ name }) => name));
  });
});

it('puts two scenarios side by side, each by its own seed', () => {
  const both = ['intercepted', 'kube-proxy-only'].flatMap((name) => scenarioNamed(name) ?? []);
  const sideBySide = compareScenarios(both.map((scenario) => play(scenario.name, scenario, inputs, scenario.seed)));
  expect(sideBySide.rows.map(({ measured }) => measured.counts['questions-to-servers'])).toEqual([4, 8]);
  expect(describeSideBySide(sideBySide)).toContain('hits                     50 %                                   -');
});
