import { InputError } from '../error.ts';
import type { Host, Registrant } from '../host/host.ts';
import { LOOPBACK } from '../host/host.ts';
import type { Interface } from '../host/interface.ts';
import { LINUX_6_18 } from '../kernel-version.ts';
import type { KernelVersion } from '../kernel-version.ts';
import { address } from '../packet/address.ts';
import type { Family } from '../packet/address.ts';
import { familyOf } from '../packet/address.ts';
import { newRouting } from '../routing/lookup.ts';
import type { Routing } from '../routing/lookup.ts';
import { SCOPE } from '../routing/route.ts';
import { withoutIptables } from '../ruleset/nftables/iptables-tables.ts';
import { readNftables } from '../ruleset/nftables/read.ts';
import { NO_NFTABLES } from '../ruleset/nftables/rule-set.ts';
import type { NftRuleSet } from '../ruleset/nftables/rule-set.ts';
import { parseRuleSet } from '../ruleset/parse.ts';
import type { RuleSet } from '../ruleset/rule-set.ts';
import { readAddresses } from './addresses.ts';
import { readRoutes } from './routes.ts';
import { readPolicyRules } from './rules.ts';
import { readSockets } from './sockets.ts';
import { readConntrackSettings, readSysctls, readSysctlValues } from './sysctls.ts';

/** The files of a node folder that are read, by name; only the first is required. */
export const NODE_FILES = [
  'iptables-save.txt',
  'ip6tables-save.txt',
  'ip-addr.json',
  'ip-route.json',
  'ip-6-route.json',
  'ip-rule.json',
  'ip-6-rule.json',
  'sysctl.txt',
  'ss.txt',
  'nft-ruleset.json',
] as const;
export type NodeFile = (typeof NODE_FILES)[number];

export interface NodeSnapshot {
  /** The folder, for messages. */
  readonly folder: string;
  readonly contents: Readonly<Partial<Record<NodeFile, string>>>;
}

export interface NodeOptions {
  readonly kernelVersion?: KernelVersion;
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
export const readNode = ({ folder, contents }: NodeSnapshot, options: NodeOptions = {}): Host => {
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
  const values = read('sysctl.txt', readSysctlValues) ?? new Map<string, string>();
  return {
    kernelVersion: options.kernelVersion ?? LINUX_6_18,
    interfaces: read('ip-addr.json', readAddresses) ?? ONLY_LOOPBACK,
    routing: { ipv4: routingOf('ipv4', read), ipv6: routingOf('ipv6', read) },
    ...ruleSetsOf({ ipv4, ipv6, nftables }),
    registeredFirst: options.registeredFirst ?? 'iptables',
    sysctls: readSysctls(values),
    sockets: read('ss.txt', readSockets),
    conntrack: readConntrackSettings(values),
  };
};

interface FoundRuleSets {
  readonly ipv4: RuleSet | undefined;
  readonly ipv6: RuleSet | undefined;
  readonly nftables: NftRuleSet | undefined;
}

const ruleSetsOf = ({ ipv4, ipv6, nftables }: FoundRuleSets): Pick<Host, 'ruleSets' | 'nftables'> => {
  const ruleSets = {
    ipv4: ipv4 ?? { family: 'ipv4', tables: new Map() },
    ipv6: ipv6 ?? { family: 'ipv6', tables: new Map() },
  } as const satisfies Record<Family, RuleSet>;
  return { ruleSets, nftables: nftables === undefined ? NO_NFTABLES : withoutIptables(nftables, ruleSets) };
};

type Read = <Value>(name: NodeFile, reader: (file: string, contents: string) => Value) => Value | undefined;

/** `ip route show table all` prints both families; `ip -6 route`, where it is there, the second better. */
const routingOf = (family: Family, read: Read): Routing => {
  const all = read('ip-route.json', (file, found) => readRoutes(file, found, 'ipv4')) ?? [];
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
