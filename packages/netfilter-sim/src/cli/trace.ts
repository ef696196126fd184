import { Command, InvalidArgumentError, Option } from 'commander';
import { assuming, seededChance } from '../chance.ts';
import { printTable } from '../conntrack/list.ts';
import { readNodeFolder } from '../files/index.ts';
import { flightFrom } from '../flight/written.ts';
import type { History, HostState, Node } from '../host/host.ts';
import type { KernelVersion } from '../kernel-version.ts';
import type { WallClock } from '../ruleset/shared/context.ts';
import { PACKET_NOTATION } from '../packet/notation-help.ts';
import { readNode } from '../snapshot/node.ts';
import type { CapturedNode } from '../snapshot/node.ts';
import { kernelLines } from '../trace/kernel.ts';
import { describeTrace } from '../trace/person.ts';
import { explore } from '../walk/explore.ts';
import type { Possibility } from '../walk/explore.ts';
import { run } from '../walk/run.ts';
import type { Journey } from '../walk/run.ts';
import { assumedBy, assumeOption, howToGoOn, seedOption } from './choices.ts';
import type { Assumption } from './choices.ts';
import { noteLines, warn } from './notes.ts';
import { kernelOption } from './options.ts';
import { PAINT } from './paint.ts';
import { describePossibilities } from './possibilities.ts';
import { UsageError } from './program.ts';
import { replacementFor } from './rules.ts';

interface TraceOptions {
  readonly node: string;
  readonly rules?: string;
  readonly format: 'pretty' | 'kernel' | 'json';
  readonly kernel: KernelVersion;
  readonly seed: number;
  readonly assume?: readonly Assumption[];
  readonly explore?: boolean;
  readonly history: History;
  readonly at?: WallClock;
}

/** A time without a zone is one of UTC. */
const readTime = (text: string): WallClock => {
  const zoned = /(?:Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`;
  const utcMs = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) ? Date.parse(zoned) : Number.NaN;
  if (Number.isNaN(utcMs)) throw new InvalidArgumentError('expected a time such as 2026-11-29T10:00:00Z.');
  return { utcSeconds: Math.floor(utcMs / 1000) };
};

export const traceCommand = (): Command =>
  new Command('trace')
    .description('walk packets through a node, one after the other, and show each way')
    .argument('<packet...>', 'like "vpod1: udp 10.244.1.5:40000 > 10.96.0.10:53"; all of the notation is below')
    .addHelpText('after', `\n${PACKET_NOTATION}`)
    .requiredOption('--node <dir>', "folder with what the node's own tools print")
    .option('--rules <file>', "iptables-save or ip6tables-save text in the place of the folder's")
    .addOption(new Option('--format <how>', 'for a person, as the kernel logs it, or as data').choices(['pretty', 'kernel', 'json']).default('pretty'))
    .addOption(kernelOption())
    .addOption(seedOption())
    .addOption(assumeOption())
    .addOption(
      new Option('--history <what>', 'what rules remember (limit, recent, nth): nothing yet, or who knows what')
        .choices(['fresh', 'unknown'])
        .default('fresh'),
    )
    .addOption(new Option('--at <time>', "what the node's clock says, for rules that ask it: 2026-11-29T10:00:00Z").argParser(readTime))
    .option('--explore', 'show every way that each packet can take, instead of the one that the seed gives')
    .action((packets: readonly string[], options: TraceOptions) => {
      if (options.explore === true && options.format === 'kernel') {
        throw new UsageError('--explore shows several ways, and a kernel logs one: leave out --format kernel, or take json');
      }
      const node = readFolder(options);
      const lines = options.explore === true ? exploreAll(node, packets, options) : followAll(node, packets, options);
      const notes = noteLines(node.notes, packets);
      const showsNotes = options.format === 'pretty';
      if (!showsNotes) warn(notes);
      process.stdout.write(`${[...(showsNotes && notes.length > 0 ? [...notes, ''] : []), ...lines].join('\n')}\n`);
    });

const readFolder = ({ node, rules, kernel, history, at }: TraceOptions): CapturedNode =>
  readNode(readNodeFolder(node), {
    kernelVersion: kernel,
    ruleSets: replacementFor(rules),
    history,
    ...(at === undefined ? {} : { wallClock: at }),
  });

/** Whose socket a packet of the node's own comes from is not known here. */
const OWNER = { kind: 'unknown' } as const;

const followAll = ({ host, state }: Node, packets: readonly string[], { seed, assume, format }: TraceOptions): readonly string[] => {
  const assumed = assumedBy(assume, [host]);
  const chance = assuming(assumed.answer, seededChance(seed));
  const journeys = packets.map((packet) => run(host, state, flightFrom(host, packet, OWNER), chance));
  warn(assumed.unasked());
  return SHOW[format](journeys, state);
};

/** Each packet's ways from the state that the first way of the one before left. */
const exploreAll = (node: Node, packets: readonly string[], { seed, assume, format }: TraceOptions): readonly string[] => {
  const { host } = node;
  const assumed = assumedBy(assume, [host]);
  const by = { ports: seededChance(seed), assume: assumed.answer };
  let { state } = node;
  const explored = packets.map((packet) => {
    const { possibilities } = explore(host, state, flightFrom(host, packet, OWNER), by);
    const [first]: readonly (Possibility | undefined)[] = possibilities;
    state = first?.state ?? state;
    return { packet, possibilities };
  });
  warn(assumed.unasked());
  if (format === 'json') return [JSON.stringify(explored.map(waysOf), undefined, 2)];
  return explored.flatMap(({ packet, possibilities }) => [PAINT.strong(packet), ...describePossibilities(possibilities, PAINT), '']);
};

/** Without the states that they leave behind, each as large as the node. */
const waysOf = ({ packet, possibilities }: { readonly packet: string; readonly possibilities: readonly Possibility[] }): object => ({
  packet,
  ways: possibilities.map(({ journey, decisions, probability }) => ({ probability, decisions, journey })),
});

const withAnswers = (journeys: readonly Journey[]): readonly Journey[] =>
  journeys.flatMap((journey) => [journey, ...withAnswers(journey.answers)]);

const SHOW: Readonly<Record<TraceOptions['format'], (journeys: readonly Journey[], state: HostState) => readonly string[]>> = {
  pretty: (journeys, state) => {
    const entries = printTable(state.conntrack, state.now);
    return [
      ...withAnswers(journeys).flatMap(({ trace, outcome }) => [
        ...describeTrace(trace, PAINT),
        ...howToGoOn(outcome).map((line) => PAINT.note(line)),
        '',
      ]),
      entries.length === 0 ? 'conntrack table: empty' : 'conntrack table:',
      ...entries.map((entry) => `  ${entry}`),
    ];
  },
  kernel: (journeys) => withAnswers(journeys).flatMap(({ trace }) => kernelLines(trace)),
  json: (journeys, state) => [
    JSON.stringify({ journeys, conntrack: printTable(state.conntrack, state.now) }, undefined, 2),
  ],
};
