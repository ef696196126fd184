import { PAINT } from '@nodelocal/netfilter-sim/cli';
import { Command, Option } from 'commander';
import { describeCompared } from '../kernel/text.ts';
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
  readonly kernel?: boolean;
}

export const runCommand = (): Command =>
  new Command('run')
    .description('run one scenario; exit code 1 if the pod could not resolve the name')
    .argument('<name>', WHICH)
    .option('--seed <number>', 'what chance decides: backends, ports, query IDs; left out: the one that the scenario is told with')
    .addOption(resolverOption())
    .option('--json', 'print the recording')
    .option('--html <file>', 'write the report as a page of its own')
    .addOption(
      new Option('--kernel', "play it on this machine's kernel besides, in namespaces with real programs, and put both side by side; needs root; exit code 1 if they differ").conflicts('html'),
    )
    .action(async (which: string, { seed, json = false, html, kernel = false, ...changes }: RunOptions) => {
      const chosen = choose(which);
      const { inputs, tried } = chosen;
      const scenario = changed(chosen.scenario, changes);
      const number = seed === undefined ? undefined : readSeed(seed);
      const recording = tried(() => simulate(scenario, inputs, number ?? scenario.seed));
      if (kernel) {
        // What namespaces are made with is loaded for those who want it.
        const { compareWithKernel } = await import('./kernel/compare.ts');
        const compared = await compareWithKernel(scenario, inputs, recording);
        print(json ? [jsonText(compared)] : [...describeCompared(compared.rows, PAINT), `seed ${recording.seed}`]);
        if (compared.rows.some(({ agrees }) => !agrees)) process.exitCode = 1;
        return;
      }
      if (html !== undefined) writeReport(html, scenarioPage({ ...chosen, scenario }, number));
      print(
        json
          ? [jsonText(recording)]
          : [...describeRecording(recording, PAINT), recordingSentence(recording), ...describeVerdicts(judge(recording), PAINT), ...describeIncident(scenario, PAINT), '', `seed ${recording.seed}`],
      );
      if (recording.lookups.some(({ result }) => result.kind !== 'resolved')) process.exitCode = 1;
    });
