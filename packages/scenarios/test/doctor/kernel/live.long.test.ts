import { fileURLToPath } from 'node:url';
import { address } from '@nodelocal/netfilter-sim';
import type { NodeSnapshot } from '@nodelocal/netfilter-sim';
import type { Command, DoctorReport, Fault } from '@nodelocal/scenarios';
import { doctor } from '@nodelocal/scenarios';
import { describe, expect, it } from 'vitest';
import { whyNot } from '../../preflight/kernel/node.ts';
import { kindsOf } from '../nodes.ts';
import { EVERYBODY, liveNode, START } from './node.ts';
import type { LiveNode } from './node.ts';

interface Broken {
  readonly name: string;
  /** Of the node before the cache comes. */
  readonly besides?: string;
  readonly change: string;
  readonly fault: Fault['kind'];
  /** What a command to the cluster comes to on the node. */
  readonly cluster?: string;
  /** Nobody who asks is the worse for it. */
  readonly isQuiet?: true;
}

const without = (pattern: string): string => `iptables-legacy-save | grep -v -- '${pattern}' > /tmp/doctor-$$ && iptables-legacy-restore < /tmp/doctor-$$; rm /tmp/doctor-$$`;
const GUARDED = 'iptables-legacy -P INPUT DROP\niptables-legacy -A INPUT -i lo -j ACCEPT\niptables-legacy -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT';
const MARKED = `ip route del 10.244.1.5 dev cali1
ip route add 10.244.1.5 dev cali1 table 100
ip rule add fwmark 0x80 lookup 100 prio 500
iptables-legacy -t mangle -A OUTPUT -d 10.244.1.5 -j MARK --set-mark 0x80`;
const ELSEWHERE = 'ip route add default via 172.18.0.1 table 201';
const entry = (protocol: string): string =>
  `conntrack -I -p ${protocol} -s 10.244.1.5 -d 10.96.0.10 --sport 40000 --dport 53 --reply-src 172.18.0.99 --reply-dst 10.244.1.5 --reply-port-src 53 --reply-port-dst 40000 --timeout 100`;

const NODES: readonly Broken[] = [
  { name: 'the link is gone', change: 'ip link del nodelocaldns', fault: 'link-missing' },
  { name: 'one address is not on the link', change: 'ip addr del 10.96.0.10/32 dev nodelocaldns', fault: 'address-missing' },
  { name: 'NOTRACK is missing altogether', change: without('-A .*skip conntrack'), fault: 'rules-missing' },
  { name: 'NOTRACK is missing for queries', change: without('-A PREROUTING .*skip conntrack'), fault: 'rules-missing' },
  { name: 'NOTRACK is missing for answers', change: without('--sport 53.*skip conntrack'), fault: 'rules-missing' },
  { name: 'NOTRACK is missing for TCP', change: without('-p tcp.*skip conntrack'), fault: 'rules-missing' },
  { name: "NOTRACK is missing for the Service's address", change: without('10.96.0.10/32.*skip conntrack'), fault: 'rules-missing' },
  { name: 'ACCEPT is missing where INPUT drops', besides: GUARDED, change: without('-A INPUT .*NodeLocal'), fault: 'rules-missing' },
  { name: 'rules are there twice', change: "iptables-legacy-save | sed '/-A PREROUTING.*NodeLocal/p' > /tmp/doctor-$$ && iptables-legacy-restore < /tmp/doctor-$$; rm /tmp/doctor-$$", fault: 'rules-doubled', isQuiet: true },
  { name: 'a rule of others accepts in raw before', change: 'iptables-legacy -t raw -I PREROUTING -i cali+ -j ACCEPT', fault: 'decides-before' },
  { name: 'a rule of others drops what is not tracked before', change: 'iptables-legacy -I INPUT -i cali+ -m conntrack --ctstate INVALID,UNTRACKED -j DROP', fault: 'decides-before' },
  { name: 'a rule of others drops in raw', change: 'iptables-legacy -t raw -I PREROUTING -i cali+ -p udp --dport 53 -j DROP', fault: 'decides-before' },
  { name: 'a rule of others leaves raw before', change: 'iptables-legacy -t raw -I PREROUTING -i cali+ -j RETURN', fault: 'overruled' },
  { name: 'answers have a zone of conntrack before', change: 'iptables-legacy -t raw -I OUTPUT -o cali+ -j CT --zone 5', fault: 'overruled' },
  { name: 'a chain of nftables drops queries', change: 'nft add table inet own; nft add chain inet own in "{ type filter hook input priority -5; }"; nft add rule inet own in udp dport 53 drop', fault: 'drops' },
  { name: 'a chain of nftables drops answers', change: 'nft add table ip own; nft add chain ip own out "{ type filter hook output priority 0; }"; nft add rule ip own out udp sport 53 drop', fault: 'drops' },
  { name: "the pod's device is down", change: 'ip link set cali1 down', fault: 'routed-elsewhere' },
  { name: 'INPUT drops what the node sends to itself', change: 'iptables-legacy -P INPUT DROP', fault: 'drops' },
  { name: 'the cache was killed', change: 'kill $server; while kill -0 $server 2> /dev/null; do sleep 0.05; done', fault: 'not-listening', cluster: START },
  { name: 'entries of UDP are left', change: entry('udp'), fault: 'left-entries', isQuiet: true },
  { name: 'connections of TCP are left', change: `${entry('tcp')} --state ESTABLISHED`, fault: 'left-entries', isQuiet: true },
  { name: 'rp_filter checks the way back', besides: MARKED, change: 'sysctl -qw net.ipv4.conf.all.rp_filter=1', fault: 'reverse-path' },
  { name: 'a routing rule comes before the local table', change: `ip rule add prio 200 lookup local; ip rule del prio 0; ${ELSEWHERE}; ip rule add from 10.244.1.5 lookup 201 prio 150`, fault: 'routed-elsewhere' },
  { name: 'a routing rule sends answers elsewhere', change: `${ELSEWHERE}; ip rule add from 169.254.20.10 lookup 201 prio 100`, fault: 'routed-elsewhere' },
  { name: 'rules stand in the other back end', change: "iptables-legacy-save -t raw | grep -v '^#' | iptables-nft-restore", fault: 'other-back-end', isQuiet: true },
  { name: 'no rule translates the upstream Service', change: without('-d 10.96.0.11'), fault: 'upstream-unserved', cluster: 'for chain in PREROUTING OUTPUT; do for protocol in udp tcp; do iptables-legacy -t nat -A $chain -d 10.96.0.11 -p $protocol --dport 53 -j DNAT --to-destination 172.18.0.99:53; done; done', isQuiet: true },
];

const examine = (snapshot: NodeSnapshot): DoctorReport =>
  doctor({ snapshot, device: 'nodelocaldns', dnsPort: 53, healthPort: 8080, pods: [{ device: 'cali1', address: address('10.244.1.5') }], upstream: address('10.96.0.11') });

/** As it is printed, but for what is no kernel's or no node's here: dummies, and a cluster. */
const type = async ({ run }: LiveNode, { where, text }: Command, cluster: string | undefined): Promise<unknown> => {
  if (where === 'node') return await run(text.replace('type dummy', 'type bridge'));
  if (cluster === undefined) throw new Error(`nothing stands for ${text}`);
  return await run(cluster);
};

/** Questions that left an entry. */
const tracked = async ({ run }: LiveNode): Promise<readonly string[]> =>
  (await run('conntrack -L 2> /dev/null')).split('\n').filter((line) => line.includes('dport=53 '));

const MAIN = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));

/** Counters and times change by themselves; so do addresses of IPv6, until they are known to be unique. */
const withoutTimes = (text: string): string => text.replaceAll(/^#.*$/gm, '').replaceAll(/\[\d+:\d+\]/g, '');

const why = whyNot();

describe.skipIf(why !== undefined)(`a node of this kernel, broken, captured and mended${why === undefined ? '' : ` (skipped: ${why})`}`, () => {
  it.each([
    ['a plain one', ''],
    ['a firewall', GUARDED],
    ['answers by a mark', MARKED],
  ])('nothing is found where it is sound: %s', { timeout: 90_000 }, async (_, besides) => {
    const node = await liveNode(besides);
    try {
      expect(await node.ask()).toEqual(EVERYBODY);
      expect(await tracked(node)).toEqual([]);
      expect(examine(await node.capture()).kind).toBe('sound');
    } finally {
      node.end();
    }
  });

  it('is looked at by the program itself, which changes nothing', { timeout: 90_000 }, async () => {
    const node = await liveNode('');
    try {
      const look = `'${process.execPath}' '${MAIN}' doctor --live --pod cali1:10.244.1.5 --upstream 10.96.0.11; echo "code $?"`;
      const rules = await node.run('iptables-legacy-save; ip -4 addr');
      const sound = await node.run(look);
      expect([sound.split('\n')[0], sound.split('\n').at(-2)]).toEqual(['sound: pods and processes of the node are answered by nodelocaldns at 169.254.20.10 and 10.96.0.10, and nothing of it is tracked', 'code 0']);
      expect(withoutTimes(await node.run('iptables-legacy-save; ip -4 addr'))).toBe(withoutTimes(rules));
      await node.run('ip addr del 10.96.0.10/32 dev nodelocaldns');
      const broken = await node.run(look);
      expect([broken.split('\n')[0], broken.split('\n').at(-2)]).toEqual(['to mend: 1 fault; the first: 10.96.0.10 is missing on nodelocaldns', 'code 1']);
    } finally {
      node.end();
    }
  });

  it.each(NODES.map((node) => [node.name, node] as const))('the fault is named, and its commands mend it: %s', { timeout: 90_000 }, async (_, { besides = '', change, fault, cluster, isQuiet }) => {
    const node = await liveNode(besides);
    try {
      await node.run(change);
      if (isQuiet !== true) {
        const isWell = JSON.stringify(await node.ask()) === JSON.stringify(EVERYBODY) && (await tracked(node)).length === 0;
        expect(isWell).toBe(false);
        await node.run('conntrack -F 2> /dev/null');
      }
      const report = examine(await node.capture());
      expect(kindsOf(report)).toEqual([fault]);
      if (report.kind !== 'to-mend') return;
      for (const command of report.faults[0].mend) await type(node, command, cluster);
      expect(examine(await node.capture()).kind).toBe('sound');
      // The end of a connection from before may have come late, and have made an entry.
      if (isQuiet !== true) await node.run('conntrack -F 2> /dev/null');
      expect(await node.ask()).toEqual(EVERYBODY);
      expect(await tracked(node)).toEqual([]);
    } finally {
      node.end();
    }
  });
});
