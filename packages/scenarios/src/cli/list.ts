import { Command } from 'commander';
import { CATALOGUE } from '../catalogue/index.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { PAINT } from '@nodelocal/netfilter-sim/cli';
import { print } from './inputs.ts';

export const listCommand = (): Command =>
  new Command('list').description('the catalogue: each scenario, what it asks and what one should see; of an incident also where it was reported').action(() => {
    print(CATALOGUE.flatMap(linesOf));
  });

const linesOf = ({ name, question, expect, incident }: Scenario): readonly string[] => [
  PAINT.strong(name),
  `  ${question}`,
  `  ${expect}`,
  ...(incident === undefined ? [] : [PAINT.faint(`  reported: ${incident.sources.join(', ')}${incident.fixedBy.length === 0 ? '' : `; mended in ${incident.fixedBy.join(', ')}`}`)]),
];
