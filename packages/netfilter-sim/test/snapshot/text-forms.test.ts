import { readNode } from '@nodelocal/netfilter-sim';
import { describe, expect, it } from 'vitest';
import { readAddresses } from '../../src/snapshot/addresses.ts';
import { mergeLinks, readLinks } from '../../src/snapshot/link.ts';
import { readRoutes } from '../../src/snapshot/routes.ts';
import { readPolicyRules } from '../../src/snapshot/rules.ts';
import { readSockets } from '../../src/snapshot/sockets.ts';
import { UNTIL_SETTLED } from '../support/local-addresses.ts';
import { inNamespace, skipped, whyNot } from '../support/namespace.ts';

const SET_UP = `set -e
sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0
ip link set lo up
ip link add va type veth peer name vb
ip link add br0 type bridge
ip link set vb master br0
ip link set va up group 7; ip link set vb up; ip link set br0 up
ip link add down type veth peer name other
ip addr add 10.0.0.1/24 brd + dev va metric 50
ip addr add 10.0.0.2/24 dev va label va:1
ip addr add 10.8.0.2 peer 10.8.0.1/32 dev br0 scope link
ip addr add 10.9.0.1/16 noprefixroute dev br0
ip -6 addr add fd00::1/64 dev va
ip -6 addr add fd00::2 peer fd00:8::1/128 dev br0
ip route add 10.96.0.0/16 via 10.0.0.9 dev va metric 7 src 10.0.0.1
ip route add default proto static nexthop via 10.0.0.7 dev va weight 2 nexthop via 10.0.0.8 dev va
ip route add blackhole 10.99.0.0/16
ip route add 10.87.0.0/16 via 10.0.0.9 dev va mtu 1400 advmss 1200
ip route add 10.86.0.0/16 via 10.0.0.9 dev va mtu lock 1300
ip route add unreachable 10.98.0.0/16 metric 9
ip route add table 100 default dev br0 scope link
ip route add 10.97.0.0/16 via inet6 fe80::9 dev va
ip route add 10.94.0.0/16 via 10.0.0.9 dev va realms 3/7
ip route add 10.93.0.0/16 realms 7 dev va
ip route add 10.92.0.0/16 nexthop via 10.0.0.7 dev va realms 4/5 nexthop via 10.0.0.8 dev va realms 2
ip rule add to 10.94.0.0/16 lookup 100 realms 9/8 prio 504
ip rule add to 10.93.0.0/16 lookup 100 realms 8 prio 505
ip route add tos 0x10 10.95.0.0/16 dev va
ip -6 route add 2001:db8::/32 via fd00::9 dev va
ip rule add not from 10.0.0.0/8 to 10.1.0.0/16 fwmark 0x1/0xff lookup 100 prio 500
ip rule add iif va oif br0 ipproto tcp sport 1-5 dport 53 lookup 100 suppress_prefixlength 0 prio 501
ip rule add from 10.2.0.1 tos 0x10 uidrange 1000-2000 goto 32766 prio 502
ip rule add blackhole from 10.3.0.0/16 prio 503
${UNTIL_SETTLED}`;

const why = whyNot(SET_UP);

describe.skipIf(why !== undefined)(`what ip prints for people${skipped(why)}`, () => {
  const commands = ['addr', '-d link', '-N route show table all', '-6 -N route show table all', 'rule', '-6 rule'];
  const printed = why === undefined ? inNamespace(`${SET_UP}${commands.map((words) => `echo ----; ip ${words}; echo ----; ip -j ${words}`).join('\n')}`).stdout.split('----\n') : [];
  const forms = (command: number): readonly [string, string] => [printed[2 * command + 1] ?? '', printed[2 * command + 2] ?? ''];

  it.each([
    ['addr', 0, readAddresses],
    ['rule', 4, readPolicyRules],
    ['-6 rule', 5, readPolicyRules],
    ['route', 2, (file: string, text: string) => readRoutes(file, text, 'ipv4')],
    ['-6 route', 3, (file: string, text: string) => readRoutes(file, text, 'ipv6')],
    ['-d link', 1, (file: string, text: string) => mergeLinks([], readLinks(file, text))],
  ])('says the same as JSON: ip %s', (_, command, read) => {
    const [text, json] = forms(command);
    expect(text).not.toBe('');
    expect(read('text', text)).toEqual(read('json', json));
  });
});

describe('what people paste', () => {
  it('is ip route and ip route show table local, one behind the other', () => {
    const text = 'default via 192.0.2.1 dev eth0 proto static\nlocal 192.0.2.10 dev eth0 proto kernel scope host src 192.0.2.10\nlocal 203.0.113.0/24 dev lo scope host\n';
    expect(readRoutes('ip-route.txt', text, 'ipv4').map(({ type, table }) => [type, table])).toEqual([
      ['unicast', 254],
      ['local', 255],
      // Who made it did not ask for table local.
      ['local', 254],
    ]);
  });

  it('is ss with its heading', () => {
    const text = 'Netid State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\nudp   UNCONN 0      0      0.0.0.0:53         0.0.0.0:*    users:(("named",pid=1,fd=5))\n';
    expect(readSockets('ss.txt', text)).toEqual([{ protocol: 'udp', family: 'ipv4', address: 'any', port: 53 }]);
  });
});

it.each([
  ['iptables-save.txt', 'Chain INPUT (policy ACCEPT)\ntarget     prot opt source               destination\n', 1, 'iptables -L does not print all of a rule'],
  ['ip-addr.txt', 'hello', 1, 'expected a device as ip prints it'],
  ['ip-route.txt', '10.0.0.0/8 dev eth0\nhello', 2, 'expected a route as ip prints it'],
  ['ip-route.txt', '10.0.0.0/8 encap mpls 100 via 10.1.0.1 dev eth0', 1, 'encapsulates'],
  ['ip-rule.txt', '0:\tfrom all lookup local\n1:\tfrom all tun_id 7 lookup 9', 2, 'a rule with "tun_id" is not modelled'],
  ['ip-rule.txt', '0:\tfrom all lookup vpn', 1, 'table: expected a whole number'],
  ['iptables-S.txt', '-P INPUT ACCEPT\n', 1, 'which table has the policies of INPUT?'],
] as const)('%s that is none is refused with its place: %j', (name, text, line, what) => {
  expect(() => readNode({ folder: 'node', contents: { 'iptables-save.txt': '*filter\nCOMMIT\n', ...(name === 'iptables-S.txt' ? { 'iptables-save.txt': text } : { [name]: text }) } })).toThrow(
    expect.objectContaining({ position: expect.objectContaining({ line }), message: expect.stringContaining(what) }),
  );
});
