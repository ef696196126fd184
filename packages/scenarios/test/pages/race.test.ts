import { readNode } from '@nodelocal/netfilter-sim';
import { describe, expect, it } from 'vitest';
import { readInputs, readLessonNode, findScenario } from '../../src/cli/inputs.ts';
import { compareScenarios, play } from '../../src/compare/comparison.ts';
import { MITIGATIONS } from '../../src/races/mitigations.ts';
import type { RaceStory } from '../../src/report/story/race-story.ts';
import { tellComparison } from '../../src/report/story/tell.ts';
import { tellRace } from '../../src/report/story/tell-race.ts';

const laneLines = ({ rows }: RaceStory, lane: number): readonly string[] => rows.filter((row) => row.lane === lane).flatMap(({ lines }) => lines);

const recorded = (name: string): readonly RaceStory[] => {
  const scenario = findScenario(name);
  return tellComparison(compareScenarios([play(name, scenario, readInputs([scenario]), scenario.seed)])).races;
};

describe('a race of a recording', () => {
  it('has each packet in its lane, from where it comes in to its end, in turns', () => {
    const [race] = recorded('conntrack-race');
    if (race === undefined) throw new Error('no race');
    expect(race.fates.filter(({ lost }) => lost)).toHaveLength(1);
    for (const lane of [0, 1]) {
      expect(laneLines(race, lane)[0]).toMatch(/^in: /);
      expect(laneLines(race, lane).at(-1)).toMatch(/^=: /);
    }
    // Neither had confirmed its entry when the other looked for one: that is the race.
    const at = (lane: number, part: string): number => race.rows.findIndex((row) => row.lane === lane && row.lines.some((line) => line.includes(part)));
    const looks = [at(0, 'conntrack: NEW'), at(1, 'conntrack: NEW')];
    const end = race.rows.findIndex(({ lines }) => lines.some((line) => line.includes('enters the conntrack table')));
    expect(Math.max(...looks)).toBeLessThan(end);
    expect(race.rows.every((row, index) => race.rows[index - 1]?.lane !== row.lane)).toBe(true);
  });

  it('is none where packets are handled one after the other', () => {
    expect(recorded('intercepted')).toEqual([]);
  });
});

describe('a race in every order', () => {
  const { host } = readNode(readLessonNode().snapshot);
  const told = (name: string): RaceStory => {
    const experiment = MITIGATIONS.find((one) => one.name === name);
    if (experiment === undefined) throw new Error(name);
    return tellRace(experiment, host, { major: 4, minor: 18 });
  };

  it('shows an order in which a packet is lost, where there is one', () => {
    expect(told('nothing').fates.filter(({ lost }) => lost)).toHaveLength(1);
    expect(told('nothing').what).toContain('a packet is lost in 97 % of');
    expect(told('NOTRACK both ways').fates.filter(({ lost }) => lost)).toEqual([]);
    expect(told('NOTRACK both ways').what).toContain('a packet is lost in none of');
  });
});
