import { PAINT } from '@nodelocal/netfilter-sim/cli';
import { Command } from 'commander';
import { compareParts, compareScenarios, play } from '../compare/comparison.ts';
import type { Comparison } from '../compare/comparison.ts';
import { describeComparison, describeSideBySide } from '../compare/text.ts';
import { recordingSentence } from '../report/sentence.ts';
import { choose, WHICH } from './choose.ts';
import { jsonText, print, readSeed } from './inputs.ts';

interface CompareOptions {
  readonly seed?: string;
  readonly json?: boolean;
}

export const compareCommand = (): Command =>
  new Command('compare')
    .description('two scenarios side by side; one alone: with NodeLocal DNSCache, without it, and with each part of it missing')
    .argument('<name>', WHICH)
    .argument('[other]', 'another one')
    .option('--seed <number>', 'what chance decides, the same for both; left out: the one that each is told with')
    .option('--json', 'print the comparison as data, with its recordings')
    .action((which: string, other: string | undefined, { seed, json = false }: CompareOptions) => {
      const first = choose(which);
      const { scenario, inputs, tried } = first;
      const number = seed === undefined ? undefined : readSeed(seed);
      if (other === undefined) {
        const comparison = tried(() => compareParts(scenario, inputs, number ?? scenario.seed));
        print(json ? [jsonText(comparison)] : [PAINT.strong(`${scenario.name}: ${scenario.question}`), '', ...describeComparison(comparison, PAINT), ...sentences(comparison)]);
      } else {
        const comparison = compareScenarios([first, choose(other)].map((one) => one.tried(() => play(one.scenario.name, one.scenario, one.inputs, number ?? one.scenario.seed))));
        print(json ? [jsonText(comparison)] : [...describeSideBySide(comparison, PAINT), ...sentences(comparison)]);
      }
    });

/** What each recording shows. */
const sentences = ({ rows }: Comparison): readonly string[] => [
  '',
  ...rows.flatMap(({ measured: { name, seed }, recording }) => [`${PAINT.strong(name)} (seed ${seed})`, `  ${recordingSentence(recording)}`]),
];
