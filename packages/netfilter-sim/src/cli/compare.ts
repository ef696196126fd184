import { Command } from 'commander';
import { seededChance } from '../chance.ts';
import { readNodeFolder } from '../files/index.ts';
import { flightFrom } from '../flight/written.ts';
import type { KernelVersion } from '../kernel-version.ts';
import { readNode } from '../snapshot/node.ts';
import type { CapturedNode } from '../snapshot/node.ts';
import { compareNodes } from '../walk/compare.ts';
import { assumedBy, assumeOption, seedOption } from './choices.ts';
import type { Assumption } from './choices.ts';
import { noteLines, warn } from './notes.ts';
import { kernelOption } from './options.ts';
import { PAINT } from './paint.ts';
import { describePossibilities } from './possibilities.ts';
import { replacementFor } from './rules.ts';

interface CompareOptions {
  readonly node: string;
  readonly kernel: KernelVersion;
  readonly seed: number;
  readonly assume?: readonly Assumption[];
}

export const compareCommand = (): Command =>
  new Command('compare')
    .description('send the same packets through two rule sets and show those that fare differently; exit code 1 if any does')
    .argument('<before>', 'iptables-save or ip6tables-save text')
    .argument('<after>', 'the same')
    .argument('<packet...>', 'as for trace')
    .requiredOption('--node <dir>', "folder with what the node's own tools print")
    .addOption(kernelOption())
    .addOption(seedOption())
    .addOption(assumeOption())
    .action((before: string, after: string, packets: readonly string[], options: CompareOptions) => {
      const [was, is] = [before, after].map((file) => nodeWith(file, options));
      if (was !== undefined && is !== undefined) process.exitCode = compare(was, is, packets, options);
    });

const nodeWith = (file: string, { node, kernel }: CompareOptions): CapturedNode =>
  readNode(readNodeFolder(node), { kernelVersion: kernel, ruleSets: replacementFor(file) });

const compare = (before: CapturedNode, after: CapturedNode, packets: readonly string[], { seed, assume }: CompareOptions): number => {
  const flights = packets.map((packet) => () => flightFrom(before.host, packet, { kind: 'unknown' }));
  const assumed = assumedBy(assume, [before.host, after.host]);
  const differences = compareNodes(before, after, flights, { ports: seededChance(seed), assume: assumed.answer });
  warn(assumed.unasked());
  const lines = differences.flatMap((difference) => [
    PAINT.strong(packets[difference.packet] ?? ''),
    PAINT.strong('before:'),
    ...describePossibilities(difference.before, PAINT),
    PAINT.strong('after:'),
    ...describePossibilities(difference.after, PAINT),
    '',
  ]);
  const count = `${differences.length} of ${packets.length} packets fare differently`;
  const notes = noteLines([...before.notes, ...after.notes], packets);
  process.stdout.write(`${[...notes, ...lines, count].join('\n')}\n`);
  return differences.length === 0 ? 0 : 1;
};
