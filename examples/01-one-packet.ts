/*
 * 1. One packet.
 *
 * A node is read from what its own tools print; a packet is a line of text; its way is data.
 */
import { arriving, describeTrace, parsePacket, readNode, run, seededChance } from '@nodelocal/netfilter-sim';

const { host, state } = readNode({
  folder: 'my-node',
  contents: {
    'iptables-save.txt': `*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -d 10.0.2.0/24 -p udp -m udp --dport 53 -j ACCEPT
COMMIT
`,
    'ip-addr.txt': `1: left: <UP> mtu 1500
    inet 10.0.1.1/24 scope global left
2: right: <UP> mtu 1500
    inet 10.0.2.1/24 scope global right
`,
    'sysctl.txt': 'net.ipv4.ip_forward = 1\n',
  },
});

/** Follows one packet that comes in by `left` to its end. What chance decides follows from a seed. */
const follow = (text: string) => run(host, state, arriving(parsePacket(text).packet, 'left'), seededChance(1));

const query = follow('left: udp 10.0.1.9:40000 > 10.0.2.9:53');
console.log(query.outcome);
console.log(describeTrace(query.trace).join('\n'));

// A drop is a result like any other, and it says which rule or policy it was.
console.log(follow('left: tcp 10.0.1.9:40000 > 10.0.2.9:80').outcome);

/* It prints:

{ kind: 'forwarded', device: 'right' }
in                     udp 10.0.1.9:40000 > 10.0.2.9:53, by left
routing                10.0.2.9 by right
FORWARD     filter     rule 1: -d 10.0.2.0/24 -p udp -m udp --dport 53 -j ACCEPT
=                      forwarded by right
{
  kind: 'dropped',
  reason: { kind: 'policy', table: 'filter', chain: 'FORWARD' }
}
*/
