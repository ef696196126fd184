import { address } from '@nodelocal/netfilter-sim';
import type { PreflightReport } from '@nodelocal/scenarios';
import { preflight } from '@nodelocal/scenarios';
import { describe, expect, it } from 'vitest';
import { rulesFor } from '../node.ts';
import { ADDRESSES, seeNode, whyNot } from './node.ts';
import type { LiveNode, Seen } from './node.ts';

const KUBE_PROXY = `*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A PREROUTING -d 10.96.0.10/32 -p udp -m udp --dport 53 -j DNAT --to-destination 172.18.0.99:53
-A PREROUTING -d 10.96.0.10/32 -p tcp -m tcp --dport 53 -j DNAT --to-destination 172.18.0.99:53
-A OUTPUT -d 10.96.0.10/32 -p udp -m udp --dport 53 -j DNAT --to-destination 172.18.0.99:53
-A OUTPUT -d 10.96.0.10/32 -p tcp -m tcp --dport 53 -j DNAT --to-destination 172.18.0.99:53
COMMIT
`;

const filter = (policies: string, ...rules: readonly string[]): string => {
  const [input = '', output = ''] = policies.split(' ');
  return `${KUBE_PROXY}*filter\n:INPUT ${input} [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ${output} [0:0]\n${rules.join('\n')}\nCOMMIT\n`;
};
const STATEFUL = '-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT';
const RAW = (...rules: readonly string[]): string => `*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n${rules.join('\n')}\nCOMMIT\n`;

const TABLE = `table inet nodelocaldns {
	chain prerouting {
		type filter hook prerouting priority raw; policy accept;
		ip daddr { 169.254.20.10, 10.96.0.10 } meta l4proto { tcp, udp } th dport 53 notrack
	}
	chain output {
		type filter hook output priority raw; policy accept;
		ip daddr { 169.254.20.10, 10.96.0.10 } meta l4proto { tcp, udp } th dport 53 notrack
		ip saddr { 169.254.20.10, 10.96.0.10 } meta l4proto { tcp, udp } th sport 53 notrack
	}
	chain input {
		type filter hook input priority filter - 1; policy accept;
		ip daddr { 169.254.20.10, 10.96.0.10 } meta l4proto { tcp, udp } th dport 53 accept
	}
}
`;

const NODES: readonly LiveNode[] = [
  { name: 'kube-proxy alone', rules: KUBE_PROXY },
  { name: 'INPUT drops, but for what is ESTABLISHED', rules: filter('DROP ACCEPT', STATEFUL) },
  { name: 'INPUT drops, but for lo', rules: filter('DROP ACCEPT', '-A INPUT -i lo -j ACCEPT', STATEFUL) },
  { name: 'OUTPUT drops, but for what is ESTABLISHED', rules: filter('ACCEPT DROP', '-A OUTPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT') },
  { name: 'what is INVALID or UNTRACKED is dropped above our rules', rules: filter('ACCEPT ACCEPT', '-A INPUT -m conntrack --ctstate INVALID,UNTRACKED -j DROP'), transaction: rulesFor(...ADDRESSES).replaceAll('-I INPUT', '-A INPUT') },
  { name: 'a rule of raw decides before ours', rules: RAW('-A PREROUTING -i cali+ -j ACCEPT') + KUBE_PROXY, transaction: rulesFor(...ADDRESSES).replaceAll('-I PREROUTING', '-A PREROUTING') },
  { name: 'no NOTRACK at all', rules: KUBE_PROXY, transaction: '*filter\nCOMMIT\n' },
  { name: 'a table of nftables', rules: KUBE_PROXY, transaction: TABLE },
  { name: 'a table of nftables, whose accept is not the last word', rules: filter('DROP ACCEPT', '-A INPUT -i lo -j ACCEPT', STATEFUL), transaction: TABLE },
  { name: 'answers are routed elsewhere', rules: KUBE_PROXY, besides: 'ip route add default via 172.18.0.1 table 200; ip rule add from 169.254.20.10 lookup 200 prio 100' },
  { name: 'queries are routed elsewhere', rules: KUBE_PROXY, besides: 'ip rule del prio 0; ip rule add prio 200 lookup local; ip route add default via 172.18.0.1 table 201; ip rule add from 10.244.1.5 lookup 201 prio 150' },
  { name: 'the way back is checked', rules: KUBE_PROXY, besides: 'ip route del 10.244.1.5 dev cali1; ip route add 10.244.1.5 via 172.18.0.1; sysctl -qw net.ipv4.conf.cali1.rp_filter=1' },
];

const plan = ({ snapshot, transaction }: Seen): PreflightReport =>
  preflight({
    snapshot,
    transactions: [{ file: 'transaction', text: transaction, family: 'ipv4' }],
    addresses: ADDRESSES.map(address),
    device: 'nodelocaldns',
    dnsPort: 53,
    healthPort: 8080,
    pods: [{ device: 'cali1', address: address('10.244.1.5') }],
  });

/** Who is answered, by the report. */
const foretold = (report: PreflightReport): readonly string[] => {
  if (report.kind === 'refused') return ['refused'];
  return report.asked
    .flatMap(({ later: { question, result } }) => {
      const { asker, protocol, address: to, port } = question;
      return result.kind === 'answered' ? [`${asker.kind === 'pod' ? 'pod' : 'node'} ${protocol}/${to}/${port}`] : [];
    })
    .toSorted();
};

const why = whyNot();

describe.skipIf(why !== undefined)(`a node of this kernel, captured, and given a cache${why === undefined ? '' : ` (skipped: ${why})`}`, () => {
  it.each(NODES.map((node) => [node.name, node] as const))('answers whom the report says: %s', { timeout: 90_000 }, (_name, node) => {
    const seen = seeNode(node);
    expect(foretold(plan(seen))).toEqual(seen.answered);
  });
});
