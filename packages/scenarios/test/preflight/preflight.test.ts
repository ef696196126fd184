import { address } from '@nodelocal/netfilter-sim';
import { describe, expect, it } from 'vitest';
import { CLUSTER_IP, examine, inTable, KUBE_PROXY, lessonNode, LINK_LOCAL, plainNode, rulesFor } from './node.ts';

describe('a node with kube-proxy alone', () => {
  it("is the lesson's without its cache", () => {
    const lines = (lessonNode().contents['iptables-save.txt'] ?? '').split('\n');
    expect(KUBE_PROXY.split('\n')).toEqual(lines.filter((line) => !line.includes('NodeLocal DNS Cache')));
  });

  const { report, lines } = examine(plainNode(), { upstream: address('10.96.248.93') });

  it('will work, and says so first', () => {
    expect(report.kind).toBe('will-work');
    expect(lines[0]).toBe('will work: pods and processes of the node are answered by nodelocaldns at 169.254.20.10 and 10.96.0.10');
  });

  it('tells how a pod is answered now, and how it will be', () => {
    const at = lines.indexOf('A pod (192.168.82.65 behind cali5f3c9a1e0d2) asks 10.96.0.10:53');
    expect(lines.slice(at + 1, at + 4)).toEqual([
      '  udp now:     translated to 192.168.195.131:53 or 192.168.196.4:53 by rule 2 of nat KUBE-SEP-B6P746FNRUTY72HZ, let pass by the policy of filter FORWARD, an entry in conntrack, forwarded by eth0 to 192.168.195.131:53 or 192.168.196.4:53',
      '  udp then:    not tracked by rule 1 of raw PREROUTING (new), accepted by rule 1 of filter INPUT (new), delivered to nodelocaldns',
      '  udp answer:  not tracked by rule 5 of raw OUTPUT (new), accepted by rule 1 of filter OUTPUT (new), sent by cali5f3c9a1e0d2 to 192.168.82.65:32770',
    ]);
  });

  it("tells that the cache's own questions are translated, and come back", () => {
    const at = lines.indexOf('The cache asks 10.96.248.93:53');
    expect(lines[at + 1]).toMatch(/^ {2}udp then: +translated to 192\.168\.195\.131:53 or 192\.168\.196\.4:53 by rule 2 of nat KUBE-SEP-\w+, /);
    expect(lines[at + 2]).toMatch(/^ {2}udp answer: .*its source translated to 10\.96\.248\.93:53 with its connection, delivered$/);
  });

  it('tells who else will be answered', () => {
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}a query to 10\.96\.0\.10 that comes in by eth0 is forwarded by eth0 .* until now, and will be delivered/));
  });
});

describe('rules of others', () => {
  const withInput = (...rules: readonly string[]): string =>
    inTable('filter', (lines) => lines.replace(':INPUT ACCEPT', ':INPUT DROP').replace('-A INPUT', [...rules, '-A INPUT'].join('\n')));
  const stateful = '-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT';

  it('that drop by policy stop answers to the node itself, and the health probe: nothing of them is tracked', () => {
    const { report, lines } = examine(plainNode({ 'iptables-save.txt': withInput(stateful) }));
    expect(report.kind).toBe('will-not-work');
    expect(lines[0]).toBe('will not work: the udp answer of 169.254.20.10:53 to a process of the node is dropped by the policy of filter INPUT');
    expect(lines).toContain('  and the tcp first packet (SYN) of the health probe to 169.254.20.10:8080 is dropped by the policy of filter INPUT');
  });

  it('that drop by policy, but not on lo, let all of it pass', () => {
    const { report } = examine(plainNode({ 'iptables-save.txt': withInput('-A INPUT -i lo -j ACCEPT', stateful) }));
    expect(report.kind).toBe('will-work');
  });

  it('above the new ones are named where they decide before', () => {
    const raw = `*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A PREROUTING -i cali+ -j ACCEPT\nCOMMIT\n`;
    const transactions = [{ file: 'transaction', text: rulesFor(LINK_LOCAL, CLUSTER_IP).replaceAll('-I PREROUTING', '-A PREROUTING'), family: 'ipv4' as const }];
    const { report, lines } = examine(plainNode({ 'iptables-save.txt': raw + KUBE_PROXY.split('COMMIT\n').slice(1).join('COMMIT\n') }), { transactions });
    expect(report.kind).toBe('will-not-work');
    expect(lines[0]).toBe('will not work: the udp query of a pod (192.168.82.65 behind cali5f3c9a1e0d2) to 10.96.0.10:53 is forwarded by eth0 to 192.168.195.131:53 or 192.168.196.4:53: it does not come to the cache');
    expect(lines).toContain('  rule 1 of raw PREROUTING stands above the new rules and accepts what they are for: -A PREROUTING -i cali+ -j ACCEPT');
  });

  it('that ask what nobody told leave it open', () => {
    const owner = inTable('filter', (lines) => lines.replace('-A OUTPUT', '-A OUTPUT -d 10.96.0.10/32 -m owner ! --uid-owner 0 -j DROP\n-A OUTPUT'));
    const { report, lines } = examine(plainNode({ 'iptables-save.txt': owner }));
    expect(report.kind).toBe('not-known');
    expect(lines[0]).toMatch(/^not known: the udp query of a process of the node to 10\.96\.0\.10:53 is perhaps dropped by filter OUTPUT rule 5/);
  });
});

describe('routing', () => {
  it('that sends answers elsewhere is named with its rule', () => {
    const rules = [
      { priority: 0, src: 'all', table: 'local' },
      { priority: 100, src: '169.254.20.10', table: '200' },
      { priority: 32_766, src: 'all', table: 'main' },
    ];
    const routes = JSON.parse(plainNode().contents['ip-route.json'] ?? '') as readonly object[];
    const elsewhere = [...routes, { dst: 'default', gateway: '172.18.0.1', dev: 'eth0', table: '200', flags: [] }];
    const { report, lines } = examine(plainNode({ 'ip-rule.json': JSON.stringify(rules), 'ip-route.json': JSON.stringify(elsewhere) }));
    expect(report.kind).toBe('will-not-work');
    expect(lines[0]).toBe('will not work: the udp answer of 169.254.20.10:53 to a pod (192.168.82.65 behind cali5f3c9a1e0d2) is sent by eth0 to 192.168.82.65:32768, and not by cali5f3c9a1e0d2');
    expect(lines).toContain('  the routing rule of priority 100 sends answers of 169.254.20.10 by eth0, and not back to the pod');
  });

  it('that checks the way back drops what comes from another device', () => {
    const { lines } = examine(plainNode({ 'sysctl.txt': 'net.ipv4.ip_forward = 1\nnet.ipv4.conf.all.rp_filter = 1\n' }), {
      pods: [{ device: 'eth0', address: address('192.168.82.65') }],
    });
    expect(lines[0]).toMatch(/^will not work: .* is dropped because the way back to its source is by another device \(rp_filter\)$/);
  });
});

describe('what is taken already', () => {
  it('a port, by a socket for every address', () => {
    const { report, lines } = examine(plainNode({ 'ss.txt': 'udp UNCONN 0 0 0.0.0.0:53 0.0.0.0:*\n' }));
    expect(report.kind).toBe('will-not-work');
    expect(lines[0]).toBe('will not work: udp port 53 of 169.254.20.10 is taken by a socket that listens on every address');
  });

  it('an address, by IPVS', () => {
    const addresses = JSON.parse(plainNode().contents['ip-addr.json'] ?? '') as readonly object[];
    const ipvs = { ifindex: 90, ifname: 'kube-ipvs0', flags: ['BROADCAST', 'NOARP'], mtu: 1500, addr_info: [{ family: 'inet', local: '10.96.0.10', prefixlen: 32, scope: 'global' }] };
    const node = plainNode({ 'ip-addr.json': JSON.stringify([...addresses, ipvs]), 'ip-route.json': '[]' });
    const both = examine(node);
    expect(both.report.kind).toBe('will-not-work');
    expect(both.lines[0]).toMatch(/^will not work: 10\.96\.0\.10 is on kube-ipvs0: kube-proxy is in IPVS mode, .* bind the link-local address only$/);
    expect(examine(node, { addresses: [LINK_LOCAL], pods: [{ device: 'cali5f3c9a1e0d2', address: address('192.168.82.65') }] }).lines).toContainEqual(
      expect.stringContaining('--cluster-dns'),
    );
  });

  it('all of it, by a cache that is there: that is no reason against another', () => {
    const { report, lines } = examine(lessonNode(), { transactions: [{ file: 'transaction', text: '', family: 'ipv4' }] });
    expect(report.kind).toBe('will-work');
    expect(lines).toContain('  24 rules of a cache are there already');
    expect(lines).toContain('  nodelocaldns is there already, with 169.254.20.10, 10.96.0.10: a cache runs here, or was killed');
    expect(lines.filter((line) => line.includes('listens on 10.96.0.10:53'))).toHaveLength(1);
  });
});

describe('what else happens', () => {
  it('to another port of the Service, asked by the node itself: its packets leave with an address that others have too', () => {
    const unmasqueraded = KUBE_PROXY.split('\n').filter((line) => !line.includes('! -s 192.168.0.0/16')).join('\n');
    expect(examine(plainNode({ 'iptables-save.txt': unmasqueraded })).lines).toContainEqual(
      expect.stringMatching(/^ {2}tcp 10\.96\.0\.10:9153, asked by processes of the node, leaves with the source 10\.96\.0\.10:\d+ from now on \(172\.18\.0\.3:\d+ until now\)/),
    );
    expect(examine(plainNode()).lines.some((line) => line.includes(':9153'))).toBe(false);
  });

  it('to a TCP connection that is open', () => {
    const conntrack = 'ipv4 2 tcp 6 86390 ESTABLISHED src=192.168.82.65 dst=10.96.0.10 sport=40000 dport=53 src=192.168.196.4 dst=192.168.82.65 sport=53 dport=40000 [ASSURED] mark=0 use=1\n';
    expect(examine(plainNode({ 'conntrack.txt': conntrack })).lines).toContain(
      '  1 TCP connection to 10.96.0.10 will be reset: the node gets their next packets, and knows nothing of them',
    );
  });
});

describe('rules that are refused', () => {
  it('are a reason, with their place', () => {
    const { report, lines } = examine(plainNode(), { transactions: [{ file: 'transaction', text: '*filter\n-A INPUT -j NONE\nCOMMIT\n', family: 'ipv4' }] });
    expect(report).toMatchObject({ kind: 'refused', where: 'transaction:2:10' });
    expect(lines).toEqual([expect.stringMatching(/^will not work: the node refuses the new rules: transaction:2:10: -j "NONE": there is no such chain/)]);
  });

  it('in the files of the node are the mistake of whoever asks', () => {
    expect(() => examine(plainNode({ 'iptables-save.txt': '*filter\n-A INPUT -j NONE\nCOMMIT\n' }))).toThrow('node/iptables-save.txt:2:10');
  });
});

describe('a table of nftables', () => {
  const table = `table inet nodelocaldns {
	chain prerouting {
		type filter hook prerouting priority raw; policy accept;
		ip daddr { 169.254.20.10, 10.96.0.10 } udp dport 53 notrack
		ip daddr { 169.254.20.10, 10.96.0.10 } tcp dport 53 notrack
	}
	chain output {
		type filter hook output priority raw; policy accept;
		ip daddr { 169.254.20.10, 10.96.0.10 } udp dport 53 notrack
		ip daddr { 169.254.20.10, 10.96.0.10 } tcp dport 53 notrack
		ip saddr { 169.254.20.10, 10.96.0.10 } udp sport 53 notrack
		ip saddr { 169.254.20.10, 10.96.0.10 } tcp sport 53 notrack
	}
}
`;

  it('does the same', () => {
    const { report, lines } = examine(plainNode(), { transactions: [{ file: 'transaction', text: `destroy table inet nodelocaldns\n${table}`, family: 'ipv4' }] });
    expect(report.kind).toBe('will-work');
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}udp then: +not tracked by inet nodelocaldns prerouting rule 1 \(new\), let pass by the policy of filter INPUT, delivered to nodelocaldns$/));
  });
});

describe('who asks', () => {
  it('is said to be missing where no pod is found', () => {
    const { report, lines } = examine(plainNode({ 'ip-route.json': '[]' }));
    expect(report.kind).toBe('will-work');
    expect(lines[0]).toMatch(/^will work: processes of the node are answered/);
    expect(lines).toContain('  no pod was found: name one by --pod DEVICE:ADDRESS');
  });
});
