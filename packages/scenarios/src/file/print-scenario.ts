import { stringify } from 'yaml';
import type { Scenario } from '../scenario/scenario.ts';

/** The file that says a scenario. */
export const printScenario = (scenario: Scenario): string => stringify(scenario, { lineWidth: 0, blockQuote: 'literal', aliasDuplicateObjects: false });
