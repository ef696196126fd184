import { PAINT } from '@nodelocal/netfilter-sim/cli';
import { Command } from 'commander';
import { recordingSentence } from '../report/sentence.ts';
import { describeRecording } from '../report/text.ts';
import { simulate } from '../run/simulate.ts';
import { judge } from '../verdict/judge.ts';
import { describeIncident, describeVerdicts } from '../verdict/text.ts';
import type { Changes } from './change.ts';
import { changed, resolverOption } from './change.ts';
import { choose, WHICH } from './choose.ts';
import { jsonText, print, readSeed } from './inputs.ts';
import { scenarioPage, writeReport } from './pages.ts';

interface RunOptions extends Changes {
  readonly seed?: string;
  readonly json?: boolean;
  readonly html?: string;
}

export const runCommand = (): Command =>
  new Command('run')
    .description('run one scenario; exit code 1 if the pod could not resolve the name')
    .argument('<name>', WHICH)
    .option('--seed <number>', 'what chance decides: backends, ports, query IDs; left out: the one that the scenario is told with')
    .addOption(resolverOption())
    .option('--json', 'print the recording')
    .option('--html <file>', 'write the report as a page of its own')
    .action((which: string, { seed, json = false, html, ...changes }: RunOptions) => {
      const chosen = choose(which);
      const { inputs, tried } = chosen;
      const scenario = changed(chosen.scenario, changes);
      const number = seed === undefined ? undefined : readSeed(seed);
      const recording = tried(() => simulate(scenario, inputs, number ?? scenario.seed));
      if (html !== undefined) writeReport(html, scenarioPage({ ...chosen, scenario }, number));
      print(
        json
          ? [jsonText(recording)]
          : [...describeRecording(recording, PAINT), recordingSentence(recording), ...describeVerdicts(judge(recording), PAINT), ...describeIncident(scenario, PAINT), '', `seed ${recording.seed}`],
      );
      if (recording.lookups.some(({ result }) => result.kind !== 'resolved')) process.exitCode = 1;
    });
