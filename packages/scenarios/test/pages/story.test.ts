import { beforeAll, describe, expect, it } from 'vitest';
import { findScenario, readInputs } from '../../src/cli/inputs.ts';
import { compareParts } from '../../src/compare/comparison.ts';
import { beatsOf, beatSentence } from '../../src/report/draw/beats.ts';
import { tellComparison } from '../../src/report/story/tell.ts';
import type { Story } from '../../src/report/story/story.ts';
import { expectCausesFirst } from './causes.ts';

const told = (name: string): readonly Story[] => {
  const scenario = findScenario(name);
  return tellComparison(compareParts(scenario, readInputs([scenario]), 1)).stories;
};

describe('stories of a comparison', () => {
  let stories: readonly Story[] = [];
  beforeAll(() => {
    stories = told('intercepted');
  });
  const named = (name: string): Story => {
    const found = stories.find((story) => story.name === name);
    if (found === undefined) throw new Error(`no story ${name}`);
    return found;
  };

  it('have every cause before its effect', () => {
    stories.forEach(expectCausesFirst);
  });

  it('have a cause for each answer: the question, or what the cache found', () => {
    for (const { moments } of stories) {
      for (const { kind, because, what } of moments.filter((moment) => moment.kind === 'answer')) {
        const cause = moments[because ?? -1];
        expect({ kind, what, cause: cause?.what }).toMatchObject({ cause: expect.stringContaining(what.split(':')[0] ?? '') });
      }
    }
  });

  it('have a client ask again after the five seconds of its resolver', () => {
    const waits = named('without the cluster IP').moments.flatMap(({ waitedMs }) => (waitedMs === undefined ? [] : [Math.round(waitedMs / 1000)]));
    expect(new Set(waits)).toEqual(new Set([5]));
  });

  it('have as many waits as questions, and none answered where nobody answers', () => {
    expect(named('without the cache').waits).toHaveLength(8);
    expect(named('without the cache').waits.every(({ ms }) => ms !== undefined && ms > 0.8 && ms < 2)).toBe(true);
    expect(new Set(named('without the cluster IP').waits.map(({ ms }) => ms))).toEqual(new Set([undefined]));
  });

  it('have entries that come and time out', () => {
    const { entries, lives } = named('without the cache');
    expect(Math.max(...entries.map(({ count }) => count))).toBe(4);
    expect(entries.at(-1)?.count).toBe(0);
    expect(lives.map(({ end }) => end)).toEqual(['times out', 'times out', 'times out', 'times out']);
  });

  it('stand side by side in the order of time, each in its own', () => {
    const beats = beatsOf({ left: named('with the cache'), right: named('without the cache') });
    const times = beats.map(({ moment }) => moment.atMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    for (const side of ['left', 'right']) {
      const own = beats.filter((beat) => beat.side === side).map(({ index }) => index);
      expect(own).toEqual(own.map((_, at) => at));
    }
    expect(beatSentence(beats, 4)).toMatch(/^Moment 5 of 48, A, 0\.07 ms: node-cache: cache miss: .* Because of moment 1: asks A /);
  });
});
