import { Command, Option } from 'commander';
import { seededChance } from '../chance.ts';
import type { Chance } from '../chance.ts';
import { printTable } from '../conntrack/list.ts';
import { InputError } from '../error.ts';
import { arriving, leaving } from '../host/flight.ts';
import type { Flight } from '../host/flight.ts';
import { interfaceNamed } from '../host/host.ts';
import type { Host, HostState } from '../host/host.ts';
import { run } from '../host/run.ts';
import type { Journey } from '../host/run.ts';
import type { KernelVersion } from '../kernel-version.ts';
import { parsePacket } from '../packet/notation.ts';
import { parseRuleSet } from '../ruleset/parse.ts';
import { readNode } from '../snapshot/node.ts';
import type { Node } from '../snapshot/node.ts';
import { kernelLines } from '../trace/kernel.ts';
import { describeTrace } from '../trace/person.ts';
import { readNodeFolder, readText } from './files.ts';
import { kernelOption } from './options.ts';
import { PAINT } from './paint.ts';

interface TraceOptions {
  readonly node: string;
  readonly rules?: string;
  readonly format: 'pretty' | 'kernel' | 'json';
  readonly kernel: KernelVersion;
  readonly seed: string;
}

export const traceCommand = (): Command =>
  new Command('trace')
    .description('walk packets through a node, one after the other, and show each way')
    .argument('<packet...>', 'like "vpod1: udp 10.244.1.5:40000 > 10.96.0.10:53"; "local:" for one that the node sends')
    .requiredOption('--node <dir>', "folder with what the node's own tools print")
    .option('--rules <file>', "iptables-save text in the place of the folder's")
    .addOption(new Option('--format <how>', 'for a person, as the kernel logs it, or as data').choices(['pretty', 'kernel', 'json']).default('pretty'))
    .addOption(kernelOption())
    .option('--seed <number>', 'what chance decides', '1')
    .action((packets: readonly string[], options: TraceOptions) => {
      const { host, state } = readFolder(options);
      const chance = seededChance(Number(options.seed));
      const journeys = packets.map((packet) => walk(host, state, packet, chance));
      process.stdout.write(`${SHOW[options.format](journeys, state).join('\n')}\n`);
    });

const readFolder = ({ node, rules, kernel }: TraceOptions): Node => {
  const ruleSets = rules === undefined ? {} : { ipv4: parseRuleSet(readText(rules), { file: rules, family: 'ipv4' }) };
  return readNode(readNodeFolder(node), { kernelVersion: kernel, ruleSets });
};

const walk = (host: Host, state: HostState, text: string, chance: Chance): Journey => {
  const { from, packet } = parsePacket(text);
  if (from !== 'local' && interfaceNamed(host, from.device) === undefined) {
    const known = host.interfaces.map(({ name }) => name).join(', ');
    throw new InputError({ file: text, line: 1, column: 1 }, `the node has no device ${from.device}`, `it has ${known}, and local`);
  }
  const flight: Flight =
    from === 'local' ? leaving(packet, { origin: 'socket', owner: { kind: 'unknown' } }) : arriving(packet, from.device);
  // Every rule is worth showing, whether or not the rule set itself asks for TRACE.
  flight.traced = true;
  return run(host, state, flight, chance);
};

const withAnswers = (journeys: readonly Journey[]): readonly Journey[] =>
  journeys.flatMap((journey) => [journey, ...withAnswers(journey.answers)]);

const SHOW: Readonly<Record<TraceOptions['format'], (journeys: readonly Journey[], state: HostState) => readonly string[]>> = {
  pretty: (journeys, state) => {
    const entries = printTable(state.conntrack, state.now);
    return [
      ...withAnswers(journeys).flatMap(({ trace }) => [...describeTrace(trace, PAINT), '']),
      entries.length === 0 ? 'conntrack table: empty' : 'conntrack table:',
      ...entries.map((entry) => `  ${entry}`),
    ];
  },
  kernel: (journeys) => withAnswers(journeys).flatMap(({ trace }) => kernelLines(trace)),
  json: (journeys, state) => [
    JSON.stringify({ journeys, conntrack: printTable(state.conntrack, state.now) }, undefined, 2),
  ],
};
