/*
 * 1. One packet.
 *
 * A node is read from what its own tools print; a packet is a line of text; its way is data.
 */
import assert from 'node:assert/strict';
import { arriving, describeTrace, newHostState, parsePacket, readNode, run, seededChance } from '@nodelocal/netfilter-sim';

const { host } = readNode({
  folder: 'my-node',
  contents: {
    'iptables-save.txt': `*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -d 10.0.2.0/24 -p udp -m udp --dport 53 -j ACCEPT
COMMIT
`,
    'ip-addr.json': JSON.stringify([
      { ifindex: 1, ifname: 'lo', flags: ['LOOPBACK', 'UP'], addr_info: [{ local: '127.0.0.1', prefixlen: 8, scope: 'host' }] },
      { ifindex: 2, ifname: 'left', flags: ['UP'], addr_info: [{ local: '10.0.1.1', prefixlen: 24, scope: 'global' }] },
      { ifindex: 3, ifname: 'right', flags: ['UP'], addr_info: [{ local: '10.0.2.1', prefixlen: 24, scope: 'global' }] },
    ]),
    'ip-route.json': JSON.stringify([
      { dst: '10.0.1.0/24', dev: 'left', scope: 'link' },
      { dst: '10.0.2.0/24', dev: 'right', scope: 'link' },
    ]),
    'sysctl.txt': 'net.ipv4.ip_forward = 1\n',
  },
});

/** Follows one packet that comes in by `left` to its end. */
const follow = (text: string) =>
  run(host, newHostState(), arriving(parsePacket(text).packet, 'left'), seededChance(1));

const query = follow('left: udp 10.0.1.9:40000 > 10.0.2.9:53');
assert.deepEqual(query.outcome, { kind: 'forwarded', device: 'right' });
assert.deepEqual(describeTrace(query.trace), [
  'in                     udp 10.0.1.9:40000 > 10.0.2.9:53, by left',
  'routing                10.0.2.9 by right',
  'FORWARD     filter     rule 1: -d 10.0.2.0/24 -p udp -m udp --dport 53 -j ACCEPT',
  '=                      forwarded by right',
]);

// A drop is a result like any other, and it says which rule or policy it was.
const web = follow('left: tcp 10.0.1.9:40000 > 10.0.2.9:80');
assert.deepEqual(web.outcome, { kind: 'dropped', reason: { kind: 'policy', table: 'filter', chain: 'FORWARD' } });
