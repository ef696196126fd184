import { Command } from 'commander';
import { readNodeFolder } from '../files/index.ts';
import { interfaceNamed } from '../host/host.ts';
import type { Host } from '../host/host.ts';
import type { KernelVersion } from '../kernel-version.ts';
import { familyOf, readAddress } from '../packet/address.ts';
import type { Ipv4 } from '../packet/address.ts';
import type { RouteQuery } from '../routing/get.ts';
import { routeGetText } from '../routing/text.ts';
import { parseRuleSet } from '../ruleset/iptables/read/rule-set.ts';
import { NODE_FILES } from '../snapshot/file-names.ts';
import { readNode } from '../snapshot/node.ts';
import type { CapturedNode } from '../snapshot/node.ts';
import type { Note } from '../snapshot/note.ts';
import { noteLinesFor, warn } from './notes.ts';
import { kernelOption } from './options.ts';
import { UsageError } from './program.ts';

interface RouteOptions {
  readonly node: string;
  readonly kernel: KernelVersion;
}

export const routeCommand = (): Command =>
  new Command('route')
    .description('what "ip route" would answer on a node')
    .requiredOption('--node <dir>', "folder with what the node's own tools print")
    .addOption(kernelOption())
    .argument('<words...>', 'as behind "ip route": get ADDRESS [from ADDRESS] [iif DEVICE] [oif DEVICE] [mark MARK] [tos TOS]')
    .action((words: readonly string[], options: RouteOptions) => {
      const { host, notes } = readFolder(options);
      warn(noteLinesFor(notes.filter(({ kind }) => ROUTING.has(kind)), new Set(['ipv4'])));
      const { kind, text } = routeGetText(host, readQuery(host, words));
      if (kind === 'route') process.stdout.write(text);
      else {
        process.stderr.write(text);
        process.exitCode = 1;
      }
    });

/** Notes that are about routes. */
const ROUTING: ReadonlySet<Note['kind']> = new Set(['routes-derived', 'tables-missing', 'network-twice']);

/** Rules do not matter here, so a folder without any will do. */
const readFolder = ({ node, kernel }: RouteOptions): CapturedNode => {
  const { contents, ...rest } = readNodeFolder(node);
  const own = Object.fromEntries(NODE_FILES.filter((name) => name.startsWith('ip-') || name === 'sysctl.txt').map((name) => [name, contents[name]]));
  const none = parseRuleSet('', { file: node, family: 'ipv4' });
  return readNode({ ...rest, contents: own }, { kernelVersion: kernel, ruleSets: { ipv4: none } });
};

const OPTIONS = ['from', 'iif', 'oif', 'mark', 'tos'] as const;
type OptionName = (typeof OPTIONS)[number];

const readQuery = (host: Host, [verb, destination, ...words]: readonly string[]): RouteQuery => {
  if (verb !== 'get') throw new UsageError(`"${verb ?? ''}": only get is known`);
  if (destination === undefined) throw new UsageError('get needs an address: get 10.96.0.10');
  const options = readOptions(words);
  const source = options.get('from');
  const [inDevice, outDevice] = [options.get('iif'), options.get('oif')];
  return {
    destination: readIpv4(destination),
    mark: readNumber('mark', options.get('mark') ?? '0', 0xffff_ffff),
    // iproute2 reads it in hexadecimal, with or without 0x.
    tos: readNumber('tos', (options.get('tos') ?? '0').replace(/^(?:0x)?/i, '0x'), 0xff),
    ...(source === undefined ? {} : { source: readIpv4(source) }),
    ...(inDevice === undefined ? {} : { inDevice: knownDevice(host, inDevice) }),
    ...(outDevice === undefined ? {} : { outDevice: knownDevice(host, outDevice) }),
  };
};

const readOptions = (words: readonly string[]): ReadonlyMap<OptionName, string> => {
  const found = new Map<OptionName, string>();
  for (let at = 0; at < words.length; at += 2) {
    const name = OPTIONS.find((known) => known === words[at]);
    const value = words[at + 1];
    if (name === undefined) throw new UsageError(`"${words[at] ?? ''}": expected one of ${OPTIONS.join(', ')}`);
    if (value === undefined) throw new UsageError(`"${name}" needs a value`);
    found.set(name, value);
  }
  return found;
};

const readIpv4 = (text: string): Ipv4 => {
  const found = readAddress(text.replace(/\/32$/, ''));
  if (found === undefined) throw new UsageError(`any valid prefix is expected rather than "${text}"`);
  if (familyOf(found) !== 'ipv4') throw new UsageError(`${text}: only IPv4 routes are printed`);
  return found as Ipv4;
};

const readNumber = (name: string, text: string, max: number): number => {
  const number = /^(?:\d+|0x[\da-f]+)$/i.test(text) ? Number(text) : NaN;
  if (!(number <= max)) throw new UsageError(`"${text}": expected ${name} with a number of at most ${max}`);
  return number;
};

const knownDevice = (host: Host, name: string): string => {
  if (interfaceNamed(host, name) === undefined) throw new UsageError(`Cannot find device "${name}"`);
  return name;
};
