import { InputError } from '../error.ts';
import { translates } from '../hooks/schedule.ts';
import { newHostState } from '../host/host.ts';
import type { History, Host, HostState, Node, Registrant } from '../host/host.ts';
import { checkedKernelVersion, LINUX_6_18 } from '../kernel-version.ts';
import type { KernelVersion } from '../kernel-version.ts';
import type { Family } from '../packet/address.ts';
import { parseIpSets } from '../ruleset/ipset/read/sets.ts';
import type { RuleSet } from '../ruleset/iptables/values/rule-set.ts';
import { readNftables } from '../ruleset/nftables/read/rule-set.ts';
import { NO_NFTABLES } from '../ruleset/nftables/values/rule-set.ts';
import type { WallClock } from '../ruleset/shared/context.ts';
import { readConntrack } from './conntrack.ts';
import { meantBy, NODE_FILES } from './file-names.ts';
import type { NodeFile } from './file-names.ts';
import { withoutIptables } from './iptables-tables.ts';
import { networkOf } from './network.ts';
import type { Note } from './note.ts';
import { readerOf } from './reader.ts';
import { inNftables, readRuleSets, RULE_FILES } from './rule-sets.ts';
import type { PrintedRules } from './rule-sets.ts';
import { readSockets } from './sockets.ts';
import { NO_SYSCTLS, readConntrackSettings, readSysctls, readSysctlValues } from './sysctls.ts';

/** The texts that a node's own tools printed. */
export interface NodeSnapshot {
  /** The folder, for messages. */
  readonly folder: string;
  /** By the file's name; a name that is missing: the node has no such file. */
  readonly contents: Readonly<Partial<Record<NodeFile, string>>>;
  /** Names of what else is in the folder, to be told of. */
  readonly others?: readonly string[];
}

/** A node, and what has to be known of the files that it comes from. */
export interface CapturedNode extends Node {
  readonly notes: readonly Note[];
}

/** The same node with other settings. */
export const withSysctls = (node: NodeSnapshot, sysctls: Readonly<Record<string, string>>): NodeSnapshot => {
  const lines = Object.entries(sysctls).map(([name, value]) => `${name} = ${value}`);
  const contents = { ...node.contents, 'sysctl.txt': [node.contents['sysctl.txt'] ?? '', ...lines].join('\n') };
  return { ...node, contents };
};

/** What no file of a node tells. */
export interface NodeOptions {
  /** 6.18 unless said. */
  readonly kernelVersion?: KernelVersion;
  /** What rules remember: nothing yet (the default), or who knows what. */
  readonly history?: History;
  /** What the node's clock says when it was captured; absent: not known, as no file tells it. */
  readonly wallClock?: WallClock;
  /** Rule sets to put in the place of the folder's; absent: the folder's. */
  readonly ruleSets?: Readonly<Partial<Record<Family, RuleSet>>>;
  /** Whose hooks were registered first: of equal priorities, the later ones run first. No file tells it; otherwise iptables. */
  readonly registeredFirst?: Registrant;
}

/**
 * A host as its own tools print it.
 * @throws InputError for a file that is none of that tool's output, or without any rule set; TypeError for one that is no text;
 * RangeError for a release that is none.
 */
export const readNode = ({ folder, contents, others = [] }: NodeSnapshot, options: NodeOptions = {}): CapturedNode => {
  const notes: Note[] = [];
  const registeredFirst = options.registeredFirst ?? 'iptables';
  const read = readerOf(folder, contents, notes);
  const asText = (file: string, text: string): { readonly file: string; readonly text: string } => ({ file, text });
  const nftables = read(['nft-ruleset.json', 'nft-ruleset.txt'], readNftables);
  const printed = (family: Family): PrintedRules | undefined => {
    const replacement = options.ruleSets?.[family];
    if (replacement !== undefined) return { ruleSet: replacement, text: contents[RULE_FILES[family].usual[0]] ?? '' };
    const files = { usual: read(RULE_FILES[family].usual, asText), ofBackEnd: read(RULE_FILES[family].ofBackEnd, asText) };
    return readRuleSets(family, files, { knowsNftables: nftables !== undefined, registeredFirst, notes });
  };
  const ipv4 = printed('ipv4');
  const ipv6 = printed('ipv6');
  if (ipv4 === undefined && ipv6 === undefined && nftables === undefined) {
    const meant = others.flatMap((name) => (RULES.has(meantBy(name)) ? [`name ${name} ${meantBy(name)}`] : []));
    throw new InputError({ file: `${folder}/iptables-save.txt`, line: 1, column: 1 }, 'there is no such file', meant.join(', ') || 'run iptables-save into it');
  }
  if (options.ruleSets === undefined) notes.push(...withoutRules(folder, contents));
  const sysctls = read(['sysctl.txt'], readSysctlValues) ?? NO_SYSCTLS;
  const settings = readSysctls(sysctls);
  const kernelVersion = checkedKernelVersion(options.kernelVersion ?? LINUX_6_18);
  const host: Host = {
    kernelVersion,
    ...networkOf(folder, read, { notes, by: { version: kernelVersion, ipv6Forwarding: settings.ipv6Forwarding } }),
    ruleSets: { ipv4: ipv4?.ruleSet ?? NO_RULES.ipv4, ipv6: ipv6?.ruleSet ?? NO_RULES.ipv6 },
    ...otherRuleSets(ipv4, ipv6),
    nftables: withoutIptables(nftables ?? NO_NFTABLES, { ipv4: listedIn('ipv4', ipv4), ipv6: listedIn('ipv6', ipv6) }),
    registeredFirst,
    sysctls: settings,
    sockets: read(['ss.txt'], readSockets),
    conntrack: readConntrackSettings(sysctls, kernelVersion),
  };
  const translated = translates(host, 'ipv4') || translates(host, 'ipv6');
  const leftOut: InputError[] = [];
  const conntrack = read(['conntrack.txt'], (file, found) => readConntrack(file, found, { translated, leftOut }));
  const sets = read(['ipset-save.txt'], (file, found) => parseIpSets(found, { file }));
  const state: HostState = {
    ...newHostState(options.history),
    ...(options.wallClock === undefined ? {} : { wallClock: options.wallClock }),
    ...(conntrack === undefined ? {} : { conntrack }),
    ...(sets === undefined ? {} : { sets }),
  };
  const [first] = leftOut;
  if (first !== undefined) notes.push({ kind: 'lines-left-out', first: first.position, reason: first.reason, count: leftOut.length });
  return { host, state, notes: [...notes, ...notRead(folder, others, contents)] };
};

/** Any of these is enough of a node. */
const RULES: ReadonlySet<NodeFile | undefined> = new Set([
  ...[RULE_FILES.ipv4, RULE_FILES.ipv6].flatMap(({ usual, ofBackEnd }): readonly NodeFile[] => [...usual, ...ofBackEnd]),
  'nft-ruleset.json',
  'nft-ruleset.txt',
]);

/** `iptables-save` of somebody who is not root prints nothing. */
const withoutRules = (folder: string, contents: NodeSnapshot['contents']): readonly Note[] => {
  const present = NODE_FILES.filter((name) => RULES.has(name) && contents[name] !== undefined);
  const [first] = present;
  return first !== undefined && present.every((name) => contents[name]?.trim() === '') ? [{ kind: 'no-rules', file: `${folder}/${first}` }] : [];
};

/** One that was meant to be read is named with the name that it lacks. */
const notRead = (folder: string, others: readonly string[], contents: NodeSnapshot['contents']): readonly Note[] => {
  const meant = new Map<string, NodeFile>();
  for (const name of others) {
    const found = meantBy(name);
    if (found !== undefined && contents[found] === undefined) meant.set(name, found);
  }
  const names = others.filter((name) => !meant.has(name));
  return [
    ...[...meant].map(([name, found]): Note => ({ kind: 'file-not-read', file: `${folder}/${name}`, meant: found })),
    ...(names.length === 0 ? [] : [{ kind: 'files-not-read', folder, names } as const]),
  ];
};

const NO_RULES: Readonly<Record<Family, RuleSet>> = {
  ipv4: { family: 'ipv4', tables: new Map() },
  ipv6: { family: 'ipv6', tables: new Map() },
};

/** Tables of the back end that `iptables` itself does not use, marked as such. */
const otherRuleSets = (ipv4: PrintedRules | undefined, ipv6: PrintedRules | undefined): Pick<Host, 'otherRuleSets'> => {
  const backEnd = ipv4?.other?.backEnd ?? ipv6?.other?.backEnd;
  if (backEnd === undefined) return {};
  return { otherRuleSets: { backEnd, ipv4: ipv4?.other?.ruleSet ?? NO_RULES.ipv4, ipv6: ipv6?.other?.ruleSet ?? NO_RULES.ipv6 } };
};

const listedIn = (family: Family, printed: PrintedRules | undefined): RuleSet => (printed === undefined ? undefined : inNftables(printed)) ?? NO_RULES[family];
