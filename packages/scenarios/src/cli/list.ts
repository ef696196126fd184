import { Command } from 'commander';
import { CATALOGUE } from '../catalogue/index.ts';
import { PAINT } from '@nodelocal/netfilter-sim/cli';
import { print } from './inputs.ts';

export const listCommand = (): Command =>
  new Command('list').description('the catalogue: each scenario, what it asks and what one should see').action(() => {
    print(CATALOGUE.flatMap(({ name, question, expect }) => [PAINT.strong(name), `  ${question}`, `  ${expect}`]));
  });
