import { writeFileSync } from 'node:fs';
import { PAINT } from '@nodelocal/netfilter-sim/cli';
import { Command } from 'commander';
import { LESSON_CATALOGUE } from '../catalogue/index.ts';
import { compareParts } from '../compare/comparison.ts';
import { describeComparison } from '../compare/text.ts';
import { htmlReport } from '../report/html/page.ts';
import { compareRecordings, describeRecording } from '../report/text.ts';
import { simulate } from '../run/simulate.ts';
import { findScenario, print, readInputs, readSeed } from './inputs.ts';

const REPORT = 'report.html';

export const demoCommand = (): Command =>
  new Command('demo')
    .description("the lesson's lookup in four settings, NOTRACK rules yes or no, cluster IP bound yes or no; and what each part of the cache is worth")
    .option('--seed <number>', 'what chance decides: backends, ports, query IDs', '1')
    .option('--html <file>', 'where to write the report', REPORT)
    .action(({ seed, html }: { readonly seed: string; readonly html: string }) => {
      const inputs = readInputs(LESSON_CATALOGUE);
      const number = readSeed(seed);
      const recordings = LESSON_CATALOGUE.map((scenario) => simulate(scenario, inputs, number));
      writeFileSync(html, htmlReport(recordings));
      print([
        'A pod looks up kubernetes.default twice on a node with kube-proxy in iptables mode.',
        '',
        ...recordings.flatMap((recording) => describeRecording(recording, PAINT)),
        ...compareRecordings(recordings, PAINT),
        '',
        PAINT.strong('The same lookups with NodeLocal DNSCache, without it, and with each part of it missing:'),
        ...describeComparison(compareParts(findScenario('intercepted'), inputs, number), PAINT),
        '',
        `seed ${number}; the same as a page: ${html}`,
      ]);
    });
