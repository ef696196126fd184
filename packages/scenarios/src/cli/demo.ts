import { readNode } from '@nodelocal/netfilter-sim';
import type { KernelVersion } from '@nodelocal/netfilter-sim';
import { PAINT } from '@nodelocal/netfilter-sim/cli';
import { Command } from 'commander';
import { LESSON_CATALOGUE } from '../catalogue/index.ts';
import { compareParts } from '../compare/comparison.ts';
import { describeComparison } from '../compare/text.ts';
import { MITIGATIONS } from '../races/mitigations.ts';
import { tellComparison } from '../report/story/tell.ts';
import { tellRace } from '../report/story/tell-race.ts';
import { compareRecordings, describeRecording } from '../report/text.ts';
import { simulate } from '../run/simulate.ts';
import { findScenario, print, readInputs, readLessonNode, readSeed } from './inputs.ts';
import { writeReport } from './pages.ts';

const REPORT = 'report.html';

/** Of the remedies against the race: none, and NodeLocal DNSCache. On this kernel it is at its worst. */
const RACES: readonly string[] = ['nothing', 'NOTRACK both ways'];
const RACED_ON: KernelVersion = { major: 4, minor: 18 };

export const demoCommand = (): Command =>
  new Command('demo')
    .description("the lesson's lookup in four settings, NOTRACK rules yes or no, cluster IP bound yes or no; and what each part of the cache is worth")
    .option('--seed <number>', 'what chance decides: backends, ports, query IDs', '1')
    .option('--html <file>', 'where to write the report', REPORT)
    .action(({ seed, html }: { readonly seed: string; readonly html: string }) => {
      const inputs = readInputs(LESSON_CATALOGUE);
      const number = readSeed(seed);
      const recordings = LESSON_CATALOGUE.map((scenario) => simulate(scenario, inputs, number));
      const comparison = compareParts(findScenario('intercepted'), inputs, number);
      const told = tellComparison(comparison);
      const { host } = readNode(readLessonNode().snapshot);
      const races = MITIGATIONS.filter(({ name }) => RACES.includes(name)).map((race) => tellRace(race, host, RACED_ON));
      writeReport(html, { title: "What happens to a pod's DNS query", about: [], ...told, races: [...told.races, ...races] });
      print([
        'A pod looks up kubernetes.default twice on a node with kube-proxy in iptables mode.',
        '',
        ...recordings.flatMap((recording) => describeRecording(recording, PAINT)),
        ...compareRecordings(recordings, PAINT),
        '',
        PAINT.strong('The same lookups with NodeLocal DNSCache, without it, and with each part of it missing:'),
        ...describeComparison(comparison, PAINT),
        '',
        `seed ${number}; the same as a page: ${html}`,
      ]);
    });
