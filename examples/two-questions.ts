/* For the races: a node that spreads a Service over two pods by chance, as kube-proxy does, and two packets of one socket. */
import { flightFrom, kernelVersion, readNode } from '@nodelocal/netfilter-sim';

const RULES = `*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A PREROUTING -d 10.96.0.10/32 -p udp -m statistic --mode random --probability 0.5 -j DNAT --to-destination 10.0.2.7
-A PREROUTING -d 10.96.0.10/32 -p udp -j DNAT --to-destination 10.0.2.8
COMMIT
`;
const DEVICES = `1: pod: <UP> mtu 1500
    inet 10.0.1.1/24 scope global pod
2: eth0: <UP> mtu 1500
    inet 10.0.2.1/24 scope global eth0
`;
const QUESTION = 'pod: udp 10.0.1.9:40000 > 10.96.0.10:53';

export const twoQuestions = (release: string) => {
  const contents = { 'iptables-save.txt': RULES, 'ip-addr.txt': DEVICES, 'sysctl.txt': 'net.ipv4.ip_forward = 1\n' };
  const { host, state } = readNode({ folder: 'node', contents }, { kernelVersion: kernelVersion(release) });
  return { host, state, flights: [QUESTION, QUESTION].map((packet) => flightFrom(host, packet, { kind: 'unknown' })) };
};
