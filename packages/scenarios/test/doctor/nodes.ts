import { nodeCacheTransaction } from '@nodelocal/dns-cache';
import { address, parseRuleSet, printRuleSet, restoreInto } from '@nodelocal/netfilter-sim';
import type { Family, NodeFile, NodeSnapshot } from '@nodelocal/netfilter-sim';
import type { DoctorPlan, DoctorReport } from '@nodelocal/scenarios';
import { doctor } from '@nodelocal/scenarios';
import { KUBE_PROXY, lessonNode } from '../preflight/node.ts';

export type Contents = Readonly<Partial<Record<NodeFile, string>>>;

export const CLUSTER_IP = '10.96.0.10';
/** Of `kube-dns-upstream` on the lesson's node. */
export const UPSTREAM = address('10.96.248.93');

/** `ip -j addr`, as far as it is read. */
export const link = (index: number, name: string, ...addresses: readonly string[]): object => ({
  ifindex: index,
  ifname: name,
  flags: name === 'lo' ? ['LOOPBACK', 'UP'] : ['BROADCAST', 'MULTICAST', 'UP'],
  mtu: 1500,
  addr_info: addresses.map((text) => {
    const [local = '', length = ''] = text.split('/');
    return { family: local.includes(':') ? 'inet6' : 'inet', local, prefixlen: Number(length), scope: name === 'lo' ? 'host' : 'global' };
  }),
});

export const links = (...all: readonly object[]): string => JSON.stringify(all);

const LINKS = [
  link(1, 'lo', '127.0.0.1/8'),
  link(2, 'eth0', '172.18.0.3/16'),
  link(3, 'cali5f3c9a1e0d2'),
  link(4, 'nodelocaldns', '169.254.20.10/32', '10.96.0.10/32'),
];

/** The routes of the main table: the kernel makes the others of the addresses. */
const ROUTES = [
  { dst: 'default', gateway: '172.18.0.1', dev: 'eth0', flags: [] },
  { dst: '172.18.0.0/16', dev: 'eth0', protocol: '2', scope: '253', prefsrc: '172.18.0.3', flags: [] },
  { dst: '192.168.82.65', dev: 'cali5f3c9a1e0d2', scope: '253', flags: [] },
];

/** What is told of the lesson's node, with a conntrack table that is empty. */
export const LESSON: Contents = { ...lessonNode().contents, 'ip-addr.json': links(...LINKS), 'ip-route.json': JSON.stringify(ROUTES), 'conntrack.txt': '' };

const sockets = (...addresses: readonly string[]): string =>
  [...addresses.flatMap((one) => [`udp UNCONN 0 0 ${one}:53 0.0.0.0:*`, `tcp LISTEN 0 4096 ${one}:53 0.0.0.0:*`]), `tcp LISTEN 0 4096 ${addresses[0] ?? ''}:8080 0.0.0.0:*`, ''].join('\n');

const withCache = (family: Family, rules: string, ...addresses: readonly string[]): string =>
  printRuleSet(
    restoreInto(parseRuleSet(rules, { family, file: 'rules' }), nodeCacheTransaction({ addresses, dnsPort: 53, healthPort: 8080 }), { file: 'transaction' }),
  );

/** Pods hang on a bridge (kindnet, flannel, the bridge plugin). */
export const BRIDGED: Contents = {
  'iptables-save.txt': withCache('ipv4', KUBE_PROXY, '169.254.20.10', CLUSTER_IP),
  'ip-addr.json': links(...LINKS.filter((_, at) => at !== 2), link(5, 'cni0', '10.244.1.1/24')),
  'ip-route.json': JSON.stringify([...ROUTES.slice(0, 2), { dst: '10.244.1.0/24', dev: 'cni0', protocol: '2', scope: '253', prefsrc: '10.244.1.1', flags: [] }]),
  'ip-rule.json': LESSON['ip-rule.json'] ?? '',
  'sysctl.txt': 'net.ipv4.ip_forward = 1\nnet.ipv4.conf.all.rp_filter = 0\n',
  'ss.txt': sockets('169.254.20.10', CLUSTER_IP),
  'conntrack.txt': '',
};

const KUBE_PROXY_IPV6 = `*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A PREROUTING -d fd00:10:96::a/128 -p udp -m udp --dport 53 -j DNAT --to-destination [fd00:10:244:2::7]:53
-A PREROUTING -d fd00:10:96::a/128 -p tcp -m tcp --dport 53 -j DNAT --to-destination [fd00:10:244:2::7]:53
COMMIT
*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
COMMIT
`;

export const IPV6: Contents = {
  'ip6tables-save.txt': withCache('ipv6', KUBE_PROXY_IPV6, 'fd00:169:254:20::a', 'fd00:10:96::a'),
  'ip-addr.json': links(
    link(1, 'lo', '::1/128'),
    link(2, 'eth0', 'fd00:172:18::3/64'),
    link(3, 'cali1'),
    link(4, 'nodelocaldns', 'fd00:169:254:20::a/128', 'fd00:10:96::a/128'),
  ),
  'ip-6-route.json': JSON.stringify([
    { dst: 'default', gateway: 'fd00:172:18::1', dev: 'eth0', flags: [] },
    { dst: 'fd00:10:244:1::5', dev: 'cali1', flags: [] },
    { dst: 'fd00:172:18::/64', dev: 'eth0', protocol: '2', flags: [] },
  ]),
  'ip-6-rule.json': JSON.stringify([{ priority: 0, src: 'all', table: 'local' }, { priority: 32_766, src: 'all', table: 'main' }]),
  'sysctl.txt': 'net.ipv6.conf.all.forwarding = 1\n',
  'ss.txt': sockets('[fd00:169:254:20::a]', '[fd00:10:96::a]').replaceAll('0.0.0.0:*', '[::]:*'),
  'conntrack.txt': '',
};

const node = (contents: Contents): NodeSnapshot => ({ folder: 'node', contents });

export const examine = (contents: Contents, changes: Partial<DoctorPlan> = {}): DoctorReport =>
  doctor({ snapshot: node(contents), device: 'nodelocaldns', dnsPort: 53, healthPort: 8080, pods: [], ...changes });

/** What a report comes to, for a test: the kinds of its faults. */
export const kindsOf = (report: DoctorReport): readonly string[] => (report.kind === 'to-mend' ? report.faults.map(({ kind }) => kind) : []);
