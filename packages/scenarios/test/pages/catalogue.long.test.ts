import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../src/catalogue/index.ts';
import { findScenario, readInputs } from '../../src/cli/inputs.ts';
import { compareScenarios, play } from '../../src/compare/comparison.ts';
import { drawStories } from '../../src/report/page/body.ts';
import { firstState } from '../../src/report/page/state.ts';
import { tellComparison } from '../../src/report/story/tell.ts';
import { expectCausesFirst } from './causes.ts';

describe('every scenario of the catalogue', () => {
  it.each(CATALOGUE.map(({ name }) => name))('is drawn, each cause before its effect: %s', (name) => {
    const scenario = findScenario(name);
    const { stories, assumptions } = tellComparison(compareScenarios([play(name, scenario, readInputs([scenario]), scenario.seed)]));
    stories.forEach(expectCausesFirst);
    const page = drawStories({ title: name, about: [], stories, assumptions, races: [] }, firstState(stories));
    // Not the pages themselves: they are long.
    expect([page.includes('What decided, in this order'), /NaN|undefined|\[object/.exec(page)]).toEqual([true, null]);
  });
});
