import { Command, InvalidArgumentError, Option } from 'commander';
import { readNodeFolder } from '../files/index.ts';
import { flightFrom } from '../flight/written.ts';
import type { Host } from '../host/host.ts';
import { printKernelVersion } from '../kernel-version.ts';
import type { KernelVersion } from '../kernel-version.ts';
import type { Packet } from '../packet/packet.ts';
import { checkLaw, drawSchedule, exploreRace, lawName, newRaceWorld, printSchedule, readSchedule, runSchedule } from '../race/index.ts';
import type { Law, LawVerdict, RaceExploration, RaceOutcome, RaceResult, Turn } from '../race/index.ts';
import { readNode } from '../snapshot/node.ts';
import { milliseconds } from '../time.ts';
import { describeTrace } from '../trace/person.ts';
import { assumedBy, assumeOption, seedOption } from './choices.ts';
import type { Assumption } from './choices.ts';
import { noteLines, warn } from './notes.ts';
import { kernelsOption } from './options.ts';
import { PAINT } from './paint.ts';
import { UsageError } from './program.ts';
import { replacementFor } from './rules.ts';
import { count } from './tally.ts';

interface RaceOptions {
  readonly node: string;
  readonly rules?: string;
  readonly packets: readonly string[];
  readonly kernel: readonly KernelVersion[];
  readonly law: readonly Law[];
  readonly schedule?: readonly Turn[];
  readonly seed: number;
  readonly assume?: readonly Assumption[];
  readonly json?: boolean;
}

const LAWS = 'no-loss, replies[=MS], empty[=MS]';

const readLaw = (text: string, before: readonly Law[] = []): readonly Law[] => {
  const [name = '', after = '5'] = text.split('=');
  const duration = milliseconds(Number(after));
  if (!/^\d+$/.test(after)) throw new InvalidArgumentError(`expected one of ${LAWS}.`);
  switch (name) {
    case 'no-loss':
      return [...before, { kind: 'no-packet-lost' }];
    case 'replies':
      return [...before, { kind: 'replies-translated', after: duration }];
    case 'empty':
      return [...before, { kind: 'table-empty', after: duration }];
    default:
      throw new InvalidArgumentError(`expected one of ${LAWS}.`);
  }
};

const readTurns = (text: string): readonly Turn[] => {
  const turns = readSchedule(text);
  if (turns === undefined) throw new InvalidArgumentError('expected packet numbers such as 1,1,2,2,1,2, with draws as in 2:yn.');
  return turns;
};

export const raceCommand = (): Command =>
  new Command('race')
    .summary('let packets that arrive together move in every order, and count what it comes to')
    .description(
      'let packets that arrive together make their moves (look up, translate destination, translate source, ' +
        'confirm) in every order, and count what it comes to; exit code 1 if a law is broken in any order',
    )
    .requiredOption('--node <dir>', "folder with what the node's own tools print")
    .option('--rules <file>', "iptables-save or ip6tables-save text in the place of the folder's")
    .requiredOption('--packets <packet...>', 'as for trace; two to four')
    .addOption(kernelsOption('6.18'))
    .addOption(new Option('--law <law>', `what shall hold in every order: ${LAWS}; may be repeated`).argParser(readLaw).default([], 'none'))
    .addOption(
      new Option('--schedule <turns>', 'one order alone, as a counterexample prints it, and the way of each packet').argParser(readTurns),
    )
    .addOption(seedOption())
    .addOption(assumeOption())
    .option('--json', 'print the outcomes as data')
    .action((options: RaceOptions) => {
      process.exitCode = race(options);
    });

const race = (options: RaceOptions): number => {
  const { packets, kernel: kernels, law: laws, schedule, json = false } = options;
  if (schedule !== undefined && json) throw new UsageError('--json has the outcomes of all orders: leave out --schedule, or --json');
  const ruleSets = replacementFor(options.rules);
  const snapshot = readNodeFolder(options.node);
  if (packets.length < 2 || packets.length > 4) throw new UsageError(`a race has two to four packets, not ${packets.length}`);
  let broken = false;
  for (const [at, kernelVersion] of kernels.entries()) {
    const { host, state, notes } = readNode(snapshot, { kernelVersion, ruleSets });
    if (at === 0) warn(noteLines(notes, packets));
    const flights = packets.map((packet) => flightFrom(host, packet, { kind: 'unknown' }));
    const world = newRaceWorld(state, flights);
    const sent = flights.map(({ packet }) => packet);
    const assumed = assumedBy(options.assume, [host]);
    const decisions = { seed: options.seed, assume: assumed.answer };
    if (schedule !== undefined) {
      const unknown = schedule.find(({ lane }) => lane >= packets.length);
      if (unknown !== undefined) throw new UsageError(`--schedule: there is no packet ${unknown.lane + 1}`);
      const run = runSchedule(host, world, schedule, decisions);
      const verdicts = laws.map((law) => ({ law, verdict: checkLaw(law, host, run.world, sent) }));
      broken ||= verdicts.some(({ verdict }) => verdict.kind === 'broken');
      print([...showSchedule(run), ...verdicts.map(showOneVerdict)]);
      warn(assumed.unasked());
      continue;
    }
    const name = `Linux ${printKernelVersion(kernelVersion)}`;
    progress(`${name}: exploring`);
    const exploration = exploreRace(host, world, { ...decisions, watch: (worlds) => progress(`${name}: ${worlds} worlds looked at`) });
    progress('');
    const verdicts = judge(host, exploration, laws, sent);
    warn(assumed.unasked());
    broken ||= verdicts.some(({ share }) => share > 0);
    print(json ? [JSON.stringify(dataOf(kernelVersion, exploration, verdicts))] : show(kernelVersion, exploration, verdicts, packets.length));
  }
  return broken ? 1 : 0;
};

/** On a terminal, a line that the next one replaces. */
const progress = (text: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${text}`);
};

interface LawResult {
  readonly law: Law;
  /** Part of all orders in which it is broken. */
  readonly share: number;
  readonly example: { readonly why: string; readonly result: RaceResult } | undefined;
}

const judge = (host: Host, { results }: RaceExploration, laws: readonly Law[], sent: readonly Packet[]): readonly LawResult[] =>
  laws.map((law) => {
    const broken = results.flatMap((result) => {
      const verdict = checkLaw(law, host, result.world, sent);
      return verdict.kind === 'broken' ? [{ why: verdict.why, result }] : [];
    });
    return { law, share: broken.reduce((sum, { result }) => sum + result.share, 0), example: broken[0] };
  });

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

const show = (
  kernel: KernelVersion,
  { results, schedules, worlds, moves }: RaceExploration,
  verdicts: readonly LawResult[],
  packets: number,
): readonly string[] => [
  PAINT.strong(`Linux ${printKernelVersion(kernel)}: ${schedules} orders of moves, ${count(results.length, 'outcome')}`),
  PAINT.faint(`  ${worlds} worlds looked at for ${moves} moves in all orders`),
  ...results.flatMap(({ outcome, share }) => [
    `  ${percent(share).padStart(7)}  ${outcome.fates.map((fate, at) => `packet ${at + 1} ${fate}`).join('; ')}`,
    ...outcome.entries.map((entry) => PAINT.faint(`           entry ${entry}`)),
    ...counterLines(outcome),
    ...(outcome.hidden === 0 ? [] : [PAINT.faint(`           and ${outcome.hidden} kept for a second, for replies only`)]),
  ]),
  ...verdicts.flatMap((verdict) => showVerdict(verdict, packets)),
];

/** `conntrack -S`, as far as it rose. */
const counterLines = ({ counters }: RaceOutcome): readonly string[] => {
  const { found, insertFailed, drop, clashResolve } = counters;
  const risen = Object.entries({ found, insert_failed: insertFailed, drop, clash_resolve: clashResolve })
    .filter(([, times]) => times > 0)
    .map(([name, times]) => `${name}=${times}`);
  return risen.length === 0 ? [] : [PAINT.faint(`           counted ${risen.join(' ')}`)];
};

const showVerdict = ({ law, share, example }: LawResult, packets: number): readonly string[] =>
  example === undefined
    ? [PAINT.good(`  ${lawName(law)}: holds in every order`)]
    : [
        PAINT.bad(`  ${lawName(law)}: broken in ${percent(share)} of all orders, for instance (${example.why}):`),
        ...drawSchedule(example.result.schedule, packets, PAINT).map((line) => `    ${line}`),
        PAINT.note(`    walk it again with --schedule ${printSchedule(example.result.schedule)}`),
      ];

const showOneVerdict = ({ law, verdict }: { readonly law: Law; readonly verdict: LawVerdict }): string =>
  verdict.kind === 'holds'
    ? PAINT.good(`${lawName(law)}: holds in this order`)
    : PAINT.bad(`${lawName(law)}: broken in this order (${verdict.why})`);

const showSchedule = ({ world, made }: ReturnType<typeof runSchedule>): readonly string[] => [
  ...drawSchedule(made, world.lanes.length, PAINT),
  ...world.lanes.flatMap(({ trace }, at) => ['', PAINT.strong(`packet ${at + 1}`), ...describeTrace(trace, PAINT)]),
];

const dataOf = (kernel: KernelVersion, { results, schedules }: RaceExploration, verdicts: readonly LawResult[]): object => ({
  kernel: printKernelVersion(kernel),
  schedules,
  outcomes: results.map(({ outcome, share, schedule }) => ({ share, ...outcome, schedule: schedule.map(({ lane, move, draws }) => ({ packet: lane + 1, move, draws })) })),
  laws: verdicts.map(({ law, share, example }) => ({
    law: lawName(law),
    brokenShare: share,
    why: example?.why,
    schedule: example === undefined ? undefined : printSchedule(example.result.schedule),
  })),
});

const print = (lines: readonly string[]): void => {
  process.stdout.write(`${lines.join('\n')}\n`);
};
