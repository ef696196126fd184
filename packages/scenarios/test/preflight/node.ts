import { address } from '@nodelocal/netfilter-sim';
import type { Address, NodeFile, NodeSnapshot } from '@nodelocal/netfilter-sim';
import { readNodeFolder } from '@nodelocal/netfilter-sim/cli';
import type { PreflightPlan, PreflightReport } from '@nodelocal/scenarios';
import { describePreflight, preflight } from '@nodelocal/scenarios';
import { lessonFolder } from '../support/lesson.ts';

type Contents = Readonly<Partial<Record<NodeFile, string>>>;

const lesson = readNodeFolder(lessonFolder).contents;

const withoutLink = (json: string | undefined, name: 'ifname' | 'dev'): string =>
  JSON.stringify((JSON.parse(json ?? '[]') as readonly Record<string, unknown>[]).filter((one) => one[name] !== 'nodelocaldns'));

/** The lesson's rules as kube-proxy alone would have them. */
export const KUBE_PROXY = (lesson['iptables-save.txt'] ?? '').split('\n').filter((line) => !line.includes('NodeLocal DNS Cache')).join('\n');

/** The lesson's node before it had a cache; files given here take the place of its own. */
export const plainNode = (contents: Contents = {}): NodeSnapshot => ({
  folder: 'node',
  contents: {
    ...lesson,
    'iptables-save.txt': KUBE_PROXY,
    'ip-addr.json': withoutLink(lesson['ip-addr.json'], 'ifname'),
    'ip-route.json': withoutLink(lesson['ip-route.json'], 'dev'),
    'ss.txt': 'udp UNCONN 0 0 127.0.0.53%lo:53 0.0.0.0:*\n',
    ...contents,
  },
});

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

export const planOf = (snapshot: NodeSnapshot, changes: Partial<PreflightPlan> = {}): PreflightPlan => {
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
