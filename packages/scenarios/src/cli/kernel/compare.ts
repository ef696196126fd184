import { spawnSync } from 'node:child_process';
import { release } from 'node:os';
import process from 'node:process';
import { UsageError } from '@nodelocal/netfilter-sim/cli';
import type { KernelRow } from '../../kernel/compare.ts';
import { compareViews } from '../../kernel/compare.ts';
import { kernelView } from '../../kernel/kernel-view.ts';
import { modelView } from '../../kernel/model-view.ts';
import { whyNotPlayable } from '../../kernel/playable.ts';
import type { View } from '../../kernel/view.ts';
import type { ScenarioInputs } from '../../node/files.ts';
import { readLines } from '../../resolver/lines.ts';
import type { Recording } from '../../run/recording.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { playOnKernel } from './play.ts';

/** A scenario in the model and on this machine's kernel. */
export interface ComparedPlay {
  readonly schema: 1;
  readonly scenario: string;
  readonly seed: number;
  readonly kernelRelease: string;
  readonly model: View;
  readonly kernel: View;
  readonly rows: readonly KernelRow[];
}

/** @throws UsageError where it cannot be played, with every reason */
export const compareWithKernel = async (scenario: Scenario, inputs: ScenarioInputs, recording: Recording): Promise<ComparedPlay> => {
  const reasons = whyNotPlayed(scenario, inputs);
  if (reasons.length > 0) throw new UsageError(`${scenario.name} cannot be played on this kernel: ${reasons.join('; ')}`);
  const [model, kernel] = [modelView(recording), kernelView(await playOnKernel(scenario, inputs))];
  const asked = new Set(scenario.clients.flatMap(({ resolvConf }) => readLines(resolvConf).nameservers));
  return { schema: 1, scenario: scenario.name, seed: recording.seed, kernelRelease: release(), model, kernel, rows: compareViews(model, kernel, asked) };
};

const TOOLS = ['unshare', 'nsenter', 'ip', 'sysctl', 'iptables-legacy-restore', 'conntrack', 'python3'];

/** Of the scenario, and of this machine. */
const whyNotPlayed = (scenario: Scenario, inputs: ScenarioInputs): readonly string[] => {
  const [, kernel = release()] = /^(\d+\.\d+)/.exec(release()) ?? [];
  const missing = TOOLS.filter((tool) => spawnSync('sh', ['-c', `command -v ${tool}`], { env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` } }).status !== 0);
  return [
    ...whyNotPlayable(scenario, inputs, { kernel }),
    ...(process.getuid?.() === 0 ? [] : ['nobody but root makes namespaces']),
    ...missing.map((tool) => `this machine has no ${tool}`),
  ];
};
