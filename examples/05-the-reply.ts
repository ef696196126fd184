/*
 * 5. The reply.
 *
 * What packets leave behind is a state of its own. The reply finds the entry of the query in it, and is translated back without a
 * look at the rules.
 */
import { arriving, newHostState, parsePacket, printTable, readNode, seededChance, send } from '@nodelocal/netfilter-sim';
import { readLessonNode } from '@nodelocal/scenarios/cli';

const { host } = readNode(readLessonNode().snapshot);
const chance = seededChance(1);

// kube-dns-upstream is a Service like any other: chance chooses a CoreDNS pod in the nat table.
const empty = newHostState();
const query = send(host, empty, arriving(parsePacket('pod: udp 192.168.82.65:40000 > 10.96.248.93:53').packet, 'cali5f3c9a1e0d2'), chance);
const pod = query.journey.packet.dst;
console.log(`10.96.248.93 is ${pod} this time`);

const answer = parsePacket(`eth0: udp ${pod}:53 > 192.168.82.65:40000`).packet;
const reply = send(host, query.state, arriving(answer, 'eth0'), chance);
console.log(`${pod} answers, and the pod hears ${reply.journey.packet.src}`);

// The world is a value: `send` gives the next one, and the one before is as it was.
for (const { conntrack, now } of [empty, query.state, reply.state]) console.log(printTable(conntrack, now));

/* It prints:

10.96.248.93 is 192.168.196.4 this time
192.168.196.4 answers, and the pod hears 10.96.248.93
[]
[
  'udp      17 30 src=192.168.82.65 dst=10.96.248.93 sport=40000 dport=53 [UNREPLIED] src=192.168.196.4 dst=192.168.82.65 sport=53 dport=40000 mark=0 use=1'
]
[
  'udp      17 30 src=192.168.82.65 dst=10.96.248.93 sport=40000 dport=53 src=192.168.196.4 dst=192.168.82.65 sport=53 dport=40000 mark=0 use=1'
]
*/
