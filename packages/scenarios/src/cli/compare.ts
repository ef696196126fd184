import { PAINT } from '@nodelocal/netfilter-sim/cli';
import { Command } from 'commander';
import { compareParts, compareScenarios, play } from '../compare/comparison.ts';
import type { Comparison } from '../compare/comparison.ts';
import { describeComparison, describeSideBySide } from '../compare/text.ts';
import { recordingSentence } from '../report/sentence.ts';
import { tellComparison } from '../report/story/tell.ts';
import type { Changes } from './change.ts';
import { changed, readRate, resolverOption } from './change.ts';
import { choose, WHICH } from './choose.ts';
import { jsonText, print, readSeed } from './inputs.ts';
import { writeReport } from './pages.ts';

interface CompareOptions extends Changes {
  readonly rate?: number;
  readonly seed?: string;
  readonly json?: boolean;
  readonly html?: string;
}

export const compareCommand = (): Command =>
  new Command('compare')
    .description('two scenarios side by side; one alone: with NodeLocal DNSCache, without it, and with each part of it missing')
    .argument('<name>', WHICH)
    .argument('[other]', 'another one')
    .option('--seed <number>', 'what chance decides, the same for both; left out: the one that each is told with')
    .addOption(resolverOption())
    .option('--rate <number>', 'lookups in a second, for which the conntrack table is told; left out: 100, 1000 and 10000', readRate)
    .option('--json', 'print the comparison as data, with its recordings')
    .option('--html <file>', 'write it as a page, to be stepped through')
    .action((which: string, other: string | undefined, { seed, rate, json = false, html, ...changes }: CompareOptions) => {
      const rates = rate === undefined ? undefined : [rate];
      const first = choose(which);
      const { inputs, tried } = first;
      const scenario = changed(first.scenario, changes);
      const number = seed === undefined ? undefined : readSeed(seed);
      if (other === undefined) {
        const comparison = tried(() => compareParts(scenario, inputs, number ?? scenario.seed, rates));
        if (html !== undefined) writeReport(html, { title: scenario.question, about: [scenario.expect], ...tellComparison(comparison) });
        print(json ? [jsonText(comparison)] : [PAINT.strong(`${scenario.name}: ${scenario.question}`), '', ...describeComparison(comparison, PAINT), ...sentences(comparison)]);
      } else {
        const both = [first, choose(other)];
        const comparison = compareScenarios(both.map((one) => one.tried(() => play(one.scenario.name, changed(one.scenario, changes), one.inputs, number ?? one.scenario.seed, rates))));
        if (html !== undefined) writeReport(html, { title: both.map((one) => one.scenario.name).join(' and '), about: both.map((one) => one.scenario.expect), ...tellComparison(comparison) });
        print(json ? [jsonText(comparison)] : [...describeSideBySide(comparison, PAINT), ...sentences(comparison)]);
      }
    });

/** What each recording shows. */
const sentences = ({ rows }: Comparison): readonly string[] => [
  '',
  ...rows.flatMap(({ measured: { name, seed }, recording }) => [`${PAINT.strong(name)} (seed ${seed})`, `  ${recordingSentence(recording)}`]),
];
