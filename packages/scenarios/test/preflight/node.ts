import { fileURLToPath } from 'node:url';
import { address } from '@nodelocal/netfilter-sim';
import type { Address, NodeFile, NodeSnapshot } from '@nodelocal/netfilter-sim';
import { readNodeFolder } from '@nodelocal/netfilter-sim/node';
import type { PreflightPlan, PreflightReport } from '@nodelocal/scenarios';
import { describePreflight, preflight } from '@nodelocal/scenarios';
import { lessonFolder } from '../support/lesson.ts';

type Contents = Readonly<Partial<Record<NodeFile, string>>>;

const nodes = fileURLToPath(new URL('../../nodes/', import.meta.url));
export const kubeProxyFolder = `${nodes}kube-proxy`;
/** node-cache's 24 rules for both addresses, for `iptables-restore --noflush`. */
export const rulesFile = `${nodes}node-cache.rules`;

const lesson = readNodeFolder(lessonFolder).contents;
const kubeProxy = readNodeFolder(kubeProxyFolder).contents;

export const KUBE_PROXY = kubeProxy['iptables-save.txt'] ?? '';

/** The lesson's node before it had a cache; files given here take the place of its own. */
export const plainNode = (contents: Contents = {}): NodeSnapshot => ({ folder: 'node', contents: { ...kubeProxy, ...contents } });

/** As it is, with a cache. */
export const lessonNode = (): NodeSnapshot => ({ folder: 'lesson', contents: lesson });

/** node-cache's 12 rules for each address, for `iptables-restore --noflush`. */
export const rulesFor = (...addresses: readonly string[]): string => {
  const skip = '-m comment --comment "NodeLocal DNS Cache: skip conntrack"';
  const allow = '-m comment --comment "NodeLocal DNS Cache: allow DNS traffic"';
  const both = (rule: (protocol: string) => string): readonly string[] => ['tcp', 'udp'].map(rule);
  const raw = addresses.flatMap((ip) => [
    ...both((protocol) => `-I PREROUTING -p ${protocol} -d ${ip} --dport 53 -j NOTRACK ${skip}`),
    ...both((protocol) => `-I OUTPUT -p ${protocol} -s ${ip} --sport 53 -j NOTRACK ${skip}`),
    ...both((protocol) => `-I OUTPUT -p ${protocol} -d ${ip} --dport 53 -j NOTRACK ${skip}`),
    `-I OUTPUT -p tcp -d ${ip} --dport 8080 -j NOTRACK ${skip}`,
    `-I OUTPUT -p tcp -s ${ip} --sport 8080 -j NOTRACK ${skip}`,
  ]);
  const filter = addresses.flatMap((ip) => [
    ...both((protocol) => `-I INPUT -p ${protocol} -d ${ip} --dport 53 -j ACCEPT ${allow}`),
    ...both((protocol) => `-I OUTPUT -p ${protocol} -s ${ip} --sport 53 -j ACCEPT ${allow}`),
  ]);
  return ['*raw', ...raw, 'COMMIT', '*filter', ...filter, 'COMMIT', ''].join('\n');
};

export const LINK_LOCAL = address('169.254.20.10');
export const CLUSTER_IP = address('10.96.0.10');

const planOf = (snapshot: NodeSnapshot, changes: Partial<PreflightPlan> = {}): PreflightPlan => {
  const addresses: readonly Address[] = changes.addresses ?? [LINK_LOCAL, CLUSTER_IP];
  return {
    snapshot,
    transactions: [{ file: 'transaction', text: rulesFor(...addresses), family: 'ipv4' }],
    addresses,
    device: 'nodelocaldns',
    dnsPort: 53,
    healthPort: 8080,
    pods: [],
    ...changes,
  };
};

/** The report on a node, and its lines. */
export const examine = (snapshot: NodeSnapshot, changes: Partial<PreflightPlan> = {}): { readonly report: PreflightReport; readonly lines: readonly string[] } => {
  const report = preflight(planOf(snapshot, changes));
  return { report, lines: describePreflight(report) };
};

export const inTable = (table: string, edit: (lines: string) => string, text = KUBE_PROXY): string => {
  const [before = '', rest = ''] = text.split(`*${table}\n`);
  const [inside = '', ...after] = rest.split('COMMIT');
  return `${before}*${table}\n${edit(inside)}${['', ...after].join('COMMIT')}`;
};
