import { kernelsOption, PAINT } from '@nodelocal/netfilter-sim/cli';
import { printKernelVersion, readNode } from '@nodelocal/netfilter-sim';
import type { KernelVersion } from '@nodelocal/netfilter-sim';
import { Command } from 'commander';
import { judgeRace } from '../races/judge.ts';
import { MITIGATIONS } from '../races/mitigations.ts';
import { print, readLessonNode } from './inputs.ts';

export const racesCommand = (): Command =>
  new Command('races')
    .description('what each remedy against the conntrack race is worth, in every order of moves, on each kernel')
    .addOption(kernelsOption('4.18,5.4,5.10,6.18'))
    .action(({ kernel }: { readonly kernel: readonly KernelVersion[] }) => {
      const { host } = readNode(readLessonNode().snapshot);
      print([
        'Part of all orders of moves in which a packet is lost; in brackets, in which an answer after 1.5 s is.',
        '',
        ...raceTable(MITIGATIONS.map((experiment) => ({ experiment, verdicts: kernel.map((version) => judgeRace(experiment, host, version)) }))),
      ]);
    });

const percent = (share: number): string => (share === 0 ? '-' : `${(100 * share).toFixed(0)} %`);

type Judged = Readonly<{ experiment: (typeof MITIGATIONS)[number]; verdicts: readonly ReturnType<typeof judgeRace>[] }>;

const raceTable = (rows: readonly Judged[]): readonly string[] => {
  const kernels = rows[0]?.verdicts.map(({ kernel }) => printKernelVersion(kernel)) ?? [];
  const width = Math.max(...rows.map(({ experiment }) => experiment.name.length)) + 2;
  const line = (name: string, cells: readonly string[]): string => `${name.padEnd(width)}${cells.map((cell) => cell.padEnd(14)).join('')}`;
  return [
    PAINT.strong(line('', [...kernels, 'entries']).trimEnd()),
    ...rows.flatMap(({ experiment, verdicts }) => [
      line(experiment.name, [
        ...verdicts.map(({ lost, lateAnswerLost }) => `${percent(lost)}${lateAnswerLost === 0 ? '' : ` (${percent(lateAnswerLost)})`}`),
        String(Math.max(...verdicts.map(({ entriesMax }) => entriesMax))),
      ]).trimEnd(),
      PAINT.faint(`  ${experiment.what}`),
    ]),
  ];
};
