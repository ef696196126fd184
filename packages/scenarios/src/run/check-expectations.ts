import { ScenarioError } from '../scenario/error.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { countLookups } from './schedule.ts';

/** What would hold, or not, whatever happens. @throws ScenarioError */
export const checkExpectations = ({ expectations, lookups }: Pick<Scenario, 'expectations' | 'lookups'>): void => {
  const many = countLookups(lookups);
  for (const [at, expectation] of expectations.entries()) {
    const path = `expectations[${at}]`;
    if (expectation.kind === 'counts' && expectation.min === undefined && expectation.max === undefined) {
      throw new ScenarioError(path, 'any number would do; say min, max, or both');
    }
    const lookup = expectation.kind === 'resolves' || expectation.kind === 'fails' ? expectation.lookup : undefined;
    if (lookup !== undefined && lookup > many) throw new ScenarioError(`${path}.lookup`, `there is no lookup ${lookup} (they are ${many})`);
  }
};
