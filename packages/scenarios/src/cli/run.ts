import { PAINT } from '@nodelocal/netfilter-sim/cli';
import { Command } from 'commander';
import { recordingSentence } from '../report/sentence.ts';
import { tellStory } from '../report/story/tell.ts';
import { describeRecording } from '../report/text.ts';
import { simulate } from '../run/simulate.ts';
import { findScenario, print, readInputs, readSeed } from './inputs.ts';
import { writeReport } from './pages.ts';

interface RunOptions {
  readonly seed: string;
  readonly json?: boolean;
  readonly html?: string;
}

export const runCommand = (): Command =>
  new Command('run')
    .description('run one scenario; exit code 1 if the pod could not resolve the name')
    .argument('<name>', 'see "list"')
    .option('--seed <number>', 'what chance decides: backends, ports, query IDs', '1')
    .option('--json', 'print the recording')
    .option('--html <file>', 'write the report as a page of its own')
    .action((name: string, { seed, json = false, html }: RunOptions) => {
      const scenario = findScenario(name);
      const recording = simulate({ ...scenario, scenario: scenario.name }, readInputs(), readSeed(seed));
      if (html !== undefined) writeReport(html, { title: scenario.question, stories: [tellStory(recording)], races: [] });
      print(
        json
          ? [JSON.stringify(recording, plainOctets, 2)]
          : [...describeRecording(recording, PAINT), recordingSentence(recording), `seed ${seed}`],
      );
      if (recording.lookups.some(({ result }) => result.kind !== 'resolved')) process.exitCode = 1;
    });

/** Octets as hex text: JSON has no bytes. */
const plainOctets = (_key: string, value: unknown): unknown =>
  value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
