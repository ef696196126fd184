import type { DoctorPlan, Fault } from '@nodelocal/scenarios';
import { address } from '@nodelocal/netfilter-sim';
import { inTable } from '../preflight/node.ts';
import type { Contents } from './nodes.ts';
import { CLUSTER_IP, IPV6, LESSON, link, links, UPSTREAM } from './nodes.ts';

/** A node that was sound before one thing was changed. */
export interface Broken {
  readonly name: string;
  readonly sound?: Contents;
  readonly change: (sound: Contents) => Contents;
  readonly plan?: Partial<DoctorPlan>;
  readonly fault: Fault['kind'];
  readonly harm: Fault['harm'];
  /** What the first command that mends it begins with. */
  readonly mend: string;
  /** Nothing that runs on the node mends it: a file of the cluster is to be written. */
  readonly byHand?: true;
}

const RULES = LESSON['iptables-save.txt'] ?? '';

const rules = (edit: (text: string) => string) => (sound: Contents): Contents => ({ ...sound, 'iptables-save.txt': edit(sound['iptables-save.txt'] ?? '') });
const without = (table: string, isGone: (line: string) => boolean) =>
  rules((text) => inTable(table, (lines) => lines.split('\n').filter((line) => !isGone(line)).join('\n'), text));
const isOwn = (line: string): boolean => line.includes('NodeLocal DNS Cache');
const above = (table: string, chain: string, rule: string) =>
  rules((text) => inTable(table, (lines) => lines.replace(`-A ${chain} `, `-A ${chain} ${rule}\n-A ${chain} `), text));
const file = (name: keyof Contents, edit: (text: string) => string) => (sound: Contents): Contents => ({ ...sound, [name]: edit(sound[name] ?? '') });
const rulesOf = (...all: readonly object[]): string => JSON.stringify(all);

/** INPUT lets through the node's own, and what is ESTABLISHED. */
export const GUARDED: Contents = {
  ...LESSON,
  'iptables-save.txt': inTable('filter', (lines) => `${lines.replace(':INPUT ACCEPT', ':INPUT DROP')}-A INPUT -i lo -j ACCEPT\n-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n`, RULES),
};

const POD = '192.168.82.65';
const ROUTES = (JSON.parse(LESSON['ip-route.json'] ?? '[]') as readonly { readonly dst: string }[]).filter(({ dst }) => dst !== POD);

/** Answers go back by a mark (as some CNI plugins have it), which the check of the way back does not know of. */
export const MARKED: Contents = {
  ...LESSON,
  'iptables-save.txt': inTable('mangle', (lines) => `${lines}-A OUTPUT -d ${POD}/32 -j MARK --set-xmark 0x80/0xffffffff\n`, RULES),
  'ip-rule.json': rulesOf({ priority: 0, src: 'all', table: 'local' }, { priority: 500, src: 'all', fwmark: '0x80', table: '100' }, { priority: 32_766, src: 'all', table: 'main' }),
  'ip-route.json': JSON.stringify([...ROUTES, { dst: POD, dev: 'cali5f3c9a1e0d2', table: '100', scope: '253', flags: [] }]),
};

const entry = (protocol: string, state: string): string =>
  `ipv4 2 ${protocol} 100 ${state}src=${POD} dst=${CLUSTER_IP} sport=40000 dport=53 src=192.168.196.4 dst=${POD} sport=53 dport=40000 [ASSURED] mark=0 use=1\n`;

const ELSEWHERE = JSON.stringify([...(JSON.parse(LESSON['ip-route.json'] ?? '[]') as readonly object[]), { dst: 'default', gateway: '172.18.0.1', dev: 'eth0', table: '201', flags: [] }]);

export const BROKEN: readonly Broken[] = [
  { name: 'the link is gone', change: file('ip-addr.json', () => links(link(1, 'lo', '127.0.0.1/8'), link(2, 'eth0', '172.18.0.3/16'), link(3, 'cali5f3c9a1e0d2'))), fault: 'link-missing', harm: 'unanswered', mend: 'ip link add nodelocaldns type dummy' },
  { name: 'one address is not on the link', change: file('ip-addr.json', () => links(link(1, 'lo', '127.0.0.1/8'), link(2, 'eth0', '172.18.0.3/16'), link(3, 'cali5f3c9a1e0d2'), link(4, 'nodelocaldns', '169.254.20.10/32'))), fault: 'address-missing', harm: 'unanswered', mend: 'ip addr add 10.96.0.10/32 dev nodelocaldns' },
  { name: 'NOTRACK is missing altogether', change: without('raw', isOwn), fault: 'rules-missing', harm: 'bypassed', mend: 'iptables -w -t raw -I PREROUTING -d 169.254.20.10/32 -p tcp' },
  { name: 'NOTRACK is missing for queries', change: without('raw', (line) => isOwn(line) && line.startsWith('-A PREROUTING')), fault: 'rules-missing', harm: 'bypassed', mend: 'iptables -w -t raw -I PREROUTING -d ' },
  { name: 'NOTRACK is missing for answers', change: without('raw', (line) => line.includes('--sport 53')), fault: 'rules-missing', harm: 'tracked', mend: 'iptables -w -t raw -I OUTPUT -s ' },
  { name: 'NOTRACK is missing for TCP', change: without('raw', (line) => line.includes('-p tcp')), fault: 'rules-missing', harm: 'bypassed', mend: 'iptables -w -t raw -I PREROUTING -d 169.254.20.10/32 -p tcp' },
  { name: "NOTRACK is missing for the Service's address", change: without('raw', (line) => line.includes(CLUSTER_IP)), fault: 'rules-missing', harm: 'bypassed', mend: 'iptables -w -t raw -I PREROUTING -d 10.96.0.10/32' },
  { name: 'ACCEPT is missing where INPUT drops', sound: GUARDED, change: without('filter', (line) => isOwn(line) && line.startsWith('-A INPUT')), fault: 'rules-missing', harm: 'unanswered', mend: 'iptables -w -t filter -I INPUT -d 169.254.20.10/32' },
  { name: 'rules are there twice', change: rules((text) => text.split('\n').flatMap((line) => (isOwn(line) && line.startsWith('-A PREROUTING') ? [line, line] : [line])).join('\n')), fault: 'rules-doubled', harm: 'untidy', mend: 'iptables -w -t raw -D PREROUTING -d 169.254.20.10/32' },
  { name: 'a rule of others accepts in raw before', change: above('raw', 'PREROUTING', '-i cali+ -j ACCEPT'), fault: 'decides-before', harm: 'bypassed', mend: 'iptables -w -t raw -D PREROUTING -d 169.254.20.10/32' },
  { name: 'a rule of others leaves raw before', change: above('raw', 'PREROUTING', '-i cali+ -j RETURN'), fault: 'overruled', harm: 'bypassed', mend: 'iptables -w -t raw -D PREROUTING -d 169.254.20.10/32' },
  { name: 'packets have a zone of conntrack before', change: above('raw', 'PREROUTING', '-i cali+ -j CT --zone 5'), fault: 'overruled', harm: 'bypassed', mend: 'iptables -w -t raw -D PREROUTING -d 169.254.20.10/32' },
  { name: 'answers have a zone of conntrack before', change: above('raw', 'OUTPUT', '-o cali+ -j CT --zone 5'), fault: 'overruled', harm: 'tracked', mend: 'iptables -w -t raw -D OUTPUT -s 169.254.20.10/32' },
  { name: 'a rule of others drops what is not tracked before', change: above('filter', 'INPUT', '-i cali+ -m conntrack --ctstate INVALID,UNTRACKED -j DROP'), fault: 'decides-before', harm: 'unanswered', mend: 'iptables -w -t filter -D INPUT -d 169.254.20.10/32' },
  { name: 'a rule of others drops in raw', change: above('raw', 'PREROUTING', '-i cali+ -p udp -m udp --dport 53 -j DROP'), fault: 'decides-before', harm: 'unanswered', mend: 'iptables -w -t raw -D PREROUTING -i cali+ -p udp -m udp --dport 53 -j DROP' },
  { name: 'INPUT drops what the node sends to itself', change: rules((text) => inTable('filter', (lines) => lines.replace(':INPUT ACCEPT', ':INPUT DROP'), text)), fault: 'drops', harm: 'unanswered', mend: 'iptables -w -t filter -I INPUT -s 169.254.20.10/32 -i lo -p tcp' },
  { name: 'the cache was killed', change: file('ss.txt', () => 'tcp LISTEN 0 4096 *:9253 *:*\n'), fault: 'not-listening', harm: 'unanswered', mend: 'kubectl -n kube-system delete pod -l k8s-app=node-local-dns' },
  { name: 'one socket is missing', change: file('ss.txt', (text) => text.split('\n').filter((line) => !/^tcp.*10\.96\.0\.10:53/.test(line)).join('\n')), fault: 'not-listening', harm: 'unanswered', mend: 'kubectl -n kube-system delete pod -l k8s-app=node-local-dns' },
  { name: 'entries of UDP are left', change: file('conntrack.txt', () => entry('udp 17', '')), fault: 'left-entries', harm: 'untidy', mend: 'conntrack -D -p udp --orig-dst 10.96.0.10 --orig-port-dst 53' },
  { name: 'connections of TCP are left', change: file('conntrack.txt', () => entry('tcp 6', 'ESTABLISHED ')), fault: 'left-entries', harm: 'unanswered', mend: 'conntrack -D -p tcp --orig-dst 10.96.0.10 --orig-port-dst 53' },
  { name: 'kube-proxy in IPVS mode has the address', change: file('ip-addr.json', (text) => JSON.stringify([...(JSON.parse(text) as readonly object[]), link(9, 'kube-ipvs0', '10.96.0.10/32')])), fault: 'address-of-ipvs', harm: 'bypassed', mend: 'iptables -w -t filter -D INPUT -d 10.96.0.10/32' },
  { name: 'rp_filter checks the way back', sound: MARKED, change: file('sysctl.txt', (text) => text.replace('all.rp_filter = 0', 'all.rp_filter = 1')), fault: 'reverse-path', harm: 'unanswered', mend: 'sysctl -w net.ipv4.conf.all.rp_filter=0' },
  {
    name: 'a routing rule comes before the local table',
    change: (sound) => ({ ...sound, 'ip-route.json': ELSEWHERE, 'ip-rule.json': rulesOf({ priority: 150, src: POD, table: '201' }, { priority: 200, src: 'all', table: 'local' }, { priority: 32_766, src: 'all', table: 'main' }) }),
    fault: 'routed-elsewhere',
    harm: 'unanswered',
    mend: 'ip rule add priority 0 lookup local',
  },
  {
    name: 'a routing rule sends answers elsewhere',
    change: (sound) => ({ ...sound, 'ip-route.json': ELSEWHERE, 'ip-rule.json': rulesOf({ priority: 0, src: 'all', table: 'local' }, { priority: 100, src: '169.254.20.10', table: '201' }, { priority: 32_766, src: 'all', table: 'main' }) }),
    fault: 'routed-elsewhere',
    harm: 'unanswered',
    mend: 'ip rule del priority 100',
  },
  {
    name: 'rules stand in the other back end',
    change: (sound) => ({ ...sound, 'iptables-save.txt': `# Generated by iptables-save v1.8.9 (nf_tables)\n${sound['iptables-save.txt'] ?? ''}`, 'iptables-legacy-save.txt': `*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n${RULES.split('\n').filter((line) => isOwn(line) && line.endsWith('NOTRACK')).join('\n')}\nCOMMIT\n` }),
    fault: 'other-back-end',
    harm: 'untidy',
    mend: 'iptables-legacy -w -t raw -D PREROUTING -d ',
  },
  { name: 'no rule translates the upstream Service', change: without('nat', (line) => line.includes(UPSTREAM)), plan: { upstream: UPSTREAM }, fault: 'upstream-unserved', harm: 'unanswered', mend: 'kubectl -n kube-system delete pod -l k8s-app=kube-proxy' },
  { name: 'NOTRACK is missing for queries by IPv6', sound: IPV6, change: file('ip6tables-save.txt', (text) => text.split('\n').filter((line) => !/^-A PREROUTING .*NOTRACK/.test(line)).join('\n')), fault: 'rules-missing', harm: 'bypassed', mend: 'ip6tables -w -t raw -I PREROUTING -d fd00:169:254:20::a/128 -p tcp' },
  { name: 'one address of IPv6 is not on the link', sound: IPV6, change: file('ip-addr.json', (text) => text.replace(/,\{"family":"inet6","local":"fd00:10:96::a"[^}]*\}/, '')), fault: 'address-missing', harm: 'unanswered', mend: 'ip addr add fd00:10:96::a/128 dev nodelocaldns nodad' },
  { name: 'the cache gave up one address, and left its rules', change: (sound) => ({ ...sound, 'ip-addr.json': links(link(1, 'lo', '127.0.0.1/8'), link(2, 'eth0', '172.18.0.3/16'), link(3, 'cali5f3c9a1e0d2'), link(4, 'nodelocaldns', '169.254.20.10/32')), 'ss.txt': (sound['ss.txt'] ?? '').split('\n').filter((line) => !line.includes(CLUSTER_IP)).join('\n') }), fault: 'rules-stale', harm: 'unanswered', mend: 'iptables -w -t filter -D INPUT -d 10.96.0.10/32' },
  { name: 'the upstream Service has no endpoint', change: rules((text) => inTable('filter', (lines) => `${lines}-A KUBE-SERVICES -d ${UPSTREAM}/32 -m comment --comment "kube-system/kube-dns-upstream:dns has no endpoints" -j REJECT --reject-with icmp-port-unreachable\n`, inTable('nat', (lines) => lines.split('\n').filter((line) => !line.includes(UPSTREAM)).join('\n'), text))), plan: { upstream: UPSTREAM }, fault: 'upstream-refused', harm: 'unanswered', mend: 'kubectl -n kube-system rollout restart deployment coredns' },
  { name: 'INPUT drops everything but the own', change: rules((text) => inTable('filter', (lines) => `${lines.replace(':INPUT ACCEPT', ':INPUT DROP')}-A INPUT -i lo -j ACCEPT\n`, text)), plan: { upstream: UPSTREAM }, fault: 'drops', harm: 'unanswered', mend: 'iptables -w -t filter -I INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT' },
  { name: 'the upstream is the cache itself', change: (sound) => sound, plan: { upstream: address(CLUSTER_IP) }, fault: 'upstream-loop', harm: 'unanswered', mend: 'kubectl -n kube-system edit configmap node-local-dns', byHand: true },
];
