import { InputError } from '../error.ts';
import { newRouting } from '../fib/lookup.ts';
import type { Routing } from '../fib/lookup.ts';
import { SCOPE } from '../fib/route.ts';
import { translates } from '../hooks/schedule.ts';
import { LOOPBACK, newHostState } from '../host/host.ts';
import type { History, Host, HostState, Node, Registrant } from '../host/host.ts';
import type { Interface } from '../host/interface.ts';
import { LINUX_6_18 } from '../kernel-version.ts';
import type { KernelVersion } from '../kernel-version.ts';
import { address, familyOf } from '../packet/address.ts';
import type { Family } from '../packet/address.ts';
import { parseIpSets } from '../ruleset/ipset/read/sets.ts';
import { parseRuleSet } from '../ruleset/iptables/read/rule-set.ts';
import type { RuleSet } from '../ruleset/iptables/values/rule-set.ts';
import { readNftables } from '../ruleset/nftables/read/rule-set.ts';
import { NO_NFTABLES } from '../ruleset/nftables/values/rule-set.ts';
import { readAddresses } from './addresses.ts';
import { readConntrack } from './conntrack.ts';
import { derivedRoutes } from './derived-routes.ts';
import { withoutIptables } from './iptables-tables.ts';
import { mergeLinks, readLinks } from './link.ts';
import { readRoutes } from './routes.ts';
import { readPolicyRules } from './rules.ts';
import { readSockets } from './sockets.ts';
import { NO_SYSCTLS, readConntrackSettings, readSysctls, readSysctlValues } from './sysctls.ts';

/** The files of a node folder that are read, by name; only the first is required. */
export const NODE_FILES = [
  'iptables-save.txt',
  'ip6tables-save.txt',
  'ip-addr.json',
  'ip-link.json',
  'ip-route.json',
  'ip-6-route.json',
  'ip-rule.json',
  'ip-6-rule.json',
  'ipset-save.txt',
  'sysctl.txt',
  'conntrack.txt',
  'ss.txt',
  'nft-ruleset.json',
] as const;
export type NodeFile = (typeof NODE_FILES)[number];

export interface NodeSnapshot {
  /** The folder, for messages. */
  readonly folder: string;
  readonly contents: Readonly<Partial<Record<NodeFile, string>>>;
}

/** The same node with other settings. */
export const withSysctls = (node: NodeSnapshot, sysctls: Readonly<Record<string, string>>): NodeSnapshot => {
  const lines = Object.entries(sysctls).map(([name, value]) => `${name} = ${value}`);
  const contents = { ...node.contents, 'sysctl.txt': [node.contents['sysctl.txt'] ?? '', ...lines].join('\n') };
  return { ...node, contents };
};

export interface NodeOptions {
  readonly kernelVersion?: KernelVersion;
  /** What rules remember: nothing yet (the default), or who knows what. */
  readonly history?: History;
  /** Rule sets to put in the place of the folder's. */
  readonly ruleSets?: Readonly<Partial<Record<Family, RuleSet>>>;
  /** Whose hooks were registered first: of equal priorities, the later ones run first. No file tells it; otherwise iptables. */
  readonly registeredFirst?: Registrant;
}

const ONLY_LOOPBACK: readonly Interface[] = [
  {
    index: 1,
    name: LOOPBACK,
    up: true,
    loopback: true,
    hardwareAddress: '00:00:00:00:00:00',
    mtu: 65_536,
    addresses: [{ address: address('127.0.0.1'), prefixLength: 8, scope: SCOPE.host, secondary: false }],
  },
];

/**
 * A host as its own tools print it.
 * @throws InputError for a file that is none of that tool's output, or without any rule set.
 */
export const readNode = ({ folder, contents }: NodeSnapshot, options: NodeOptions = {}): Node => {
  const read = <Value>(name: NodeFile, reader: (file: string, contents: string) => Value): Value | undefined => {
    const found = contents[name];
    return found === undefined ? undefined : reader(`${folder}/${name}`, found);
  };
  const ruleSet = (family: Family, name: NodeFile): RuleSet | undefined =>
    options.ruleSets?.[family] ?? read(name, (file, found) => parseRuleSet(found, { file, family }));
  const ipv4 = ruleSet('ipv4', 'iptables-save.txt');
  const ipv6 = ruleSet('ipv6', 'ip6tables-save.txt');
  const nftables = read('nft-ruleset.json', readNftables);
  if (ipv4 === undefined && ipv6 === undefined && nftables === undefined) {
    throw new InputError({ file: `${folder}/iptables-save.txt`, line: 1, column: 1 }, 'there is no such file', 'run iptables-save into it');
  }
  const sysctls = read('sysctl.txt', readSysctlValues) ?? NO_SYSCTLS;
  const interfaces = interfacesOf(read);
  const host: Host = {
    kernelVersion: options.kernelVersion ?? LINUX_6_18,
    interfaces,
    routing: { ipv4: routingOf('ipv4', interfaces, read), ipv6: routingOf('ipv6', interfaces, read) },
    ruleSets: { ipv4: ipv4 ?? NO_RULES.ipv4, ipv6: ipv6 ?? NO_RULES.ipv6 },
    nftables: withoutIptables(nftables ?? NO_NFTABLES, {
      ipv4: mayBeNftables(contents['iptables-save.txt']) ? (ipv4 ?? NO_RULES.ipv4) : NO_RULES.ipv4,
      ipv6: mayBeNftables(contents['ip6tables-save.txt']) ? (ipv6 ?? NO_RULES.ipv6) : NO_RULES.ipv6,
    }),
    registeredFirst: options.registeredFirst ?? 'iptables',
    sysctls: readSysctls(sysctls),
    sockets: read('ss.txt', readSockets),
    conntrack: readConntrackSettings(sysctls),
  };
  const translated = translates(host, 'ipv4') || translates(host, 'ipv6');
  const conntrack = read('conntrack.txt', (file, found) => readConntrack(file, found, { translated }));
  const sets = read('ipset-save.txt', (file, found) => parseIpSets(found, { file }));
  const state: HostState = {
    ...newHostState(options.history),
    ...(conntrack === undefined ? {} : { conntrack }),
    ...(sets === undefined ? {} : { sets }),
  };
  return { host, state };
};

const interfacesOf = (read: Read): readonly Interface[] => {
  const links = read('ip-link.json', readLinks);
  const interfaces = read('ip-addr.json', readAddresses) ?? (links === undefined ? ONLY_LOOPBACK : []);
  return links === undefined ? interfaces : mergeLinks(interfaces, links);
};

const NO_RULES: Readonly<Record<Family, RuleSet>> = {
  ipv4: { family: 'ipv4', tables: new Map() },
  ipv6: { family: 'ipv6', tables: new Map() },
};

/** The head of the text names the back end (`# Generated by iptables-save v1.8.9 (nf_tables) on …`); without one it may be either. */
const mayBeNftables = (saved = ''): boolean => !/^# Generated by/m.test(saved) || /^# Generated by .*\(nf_tables\)/m.test(saved);

type Read = <Value>(name: NodeFile, reader: (file: string, contents: string) => Value) => Value | undefined;

/** `ip route show table all` prints both families; `ip -6 route`, where it is there, the second better. */
const routingOf = (family: Family, interfaces: readonly Interface[], read: Read): Routing => {
  const all = read('ip-route.json', (file, found) => readRoutes(file, found, 'ipv4')) ?? derivedRoutes(interfaces, family);
  const ipv6 = read('ip-6-route.json', (file, found) => readRoutes(file, found, 'ipv6'));
  const routes = family === 'ipv6' && ipv6 !== undefined ? ipv6 : all;
  const own = routes.filter(({ destination }) => familyOf(destination.address) === family);
  const rules = read(family === 'ipv4' ? 'ip-rule.json' : 'ip-6-rule.json', readPolicyRules);
  return family === 'ipv6' ? { ...newRouting(own, rules ?? IPV6_RULES), merged: undefined } : newRouting(own, rules);
};

/** IPv6 has no table 253 and never merges local and main (net/ipv6/fib6_rules.c, 6.12). */
const IPV6_RULES = [
  { priority: 0, inverted: false, action: { kind: 'lookup', table: 255 } },
  { priority: 32_766, inverted: false, action: { kind: 'lookup', table: 254 } },
] as const;
