import process from 'node:process';
import { PAINT } from '@nodelocal/netfilter-sim/cli';
import { Command } from 'commander';
import { CATALOGUE } from '../catalogue/index.ts';
import { verdictLines } from '../verdict/text.ts';
import { judge } from '../verdict/judge.ts';
import { simulate } from '../run/simulate.ts';
import { choose, WHICH } from './choose.ts';
import { print } from './inputs.ts';

export const checkCommand = (): Command =>
  new Command('check')
    .description('run scenarios, and say which of their expectations hold; exit code 1 if one does not')
    .argument('[which...]', `${WHICH}; left out: the whole catalogue`)
    .action((which: readonly string[]) => {
      const results = (which.length > 0 ? which : CATALOGUE.map(({ name }) => name)).map((one) => {
        const { scenario, inputs, tried } = choose(one);
        return { one, verdicts: judge(tried(() => simulate(scenario, inputs, scenario.seed))) };
      });
      const verdicts = results.flatMap((result) => result.verdicts);
      const failed = verdicts.filter(({ holds }) => !holds).length;
      print([...results.flatMap((result) => [PAINT.strong(result.one), ...verdictLines(result.verdicts)]), `${verdicts.length - failed} passed, ${failed} failed`]);
      if (failed > 0) process.exitCode = 1;
    });
