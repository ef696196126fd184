import { flightFrom, readNode } from '@nodelocal/netfilter-sim';
import type { Family, Flight, Node, NodeFile } from '@nodelocal/netfilter-sim';
import type { ProxiedNode } from '../../src/kube-proxy/services/proxied.ts';

/*
 * The node of the recorded cases with a pod behind each kind of device, and every kind of packet that comes to a Service there.
 */

const ADDRESSES = `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536
    inet 127.0.0.1/8 scope host lo
    inet6 ::1/128 scope host
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500
    inet 192.168.9.1/24 scope global eth0
    inet6 fd00:9::1/64 scope global
3: cali1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500
    inet6 fe80::ecee:eeff:feee:eeee/64 scope link
4: cni0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500
    inet 10.244.1.1/24 scope global cni0
    inet6 fd00:244:1::1/64 scope global
`;

const ROUTES = {
  'ip-route.txt': 'default via 192.168.9.254 dev eth0\n192.168.9.0/24 dev eth0 proto kernel scope link src 192.168.9.1\n10.244.1.0/24 dev cni0 proto kernel scope link src 10.244.1.1\n10.244.1.200 dev cali1 scope link\n10.244.0.0/16 via 192.168.9.2 dev eth0\n',
  'ip-6-route.txt': 'default via fd00:9::fe dev eth0\nfd00:9::/64 dev eth0 proto kernel\nfd00:244:1::/64 dev cni0 proto kernel\nfd00:244:1::200 dev cali1\nfd00:244::/32 via fd00:9::2 dev eth0\n',
} as const;

export const nodeWith = (rules: Readonly<Partial<Record<NodeFile, string>>>): Node =>
  readNode({
    folder: 'node1',
    contents: { 'iptables-save.txt': '', 'ip-addr.txt': ADDRESSES, ...ROUTES, 'sysctl.txt': 'net.ipv4.ip_forward = 1\nnet.ipv6.conf.all.forwarding = 1\n', ...rules },
  });

/** Who asks: pods of the node by either kind of device, the node itself, and a stranger. */
const ASKERS: Readonly<Record<Family, readonly (readonly [from: string, address: string])[]>> = {
  ipv4: [['cali1', '10.244.1.200'], ['cni0', '10.244.1.9'], ['local', '192.168.9.1'], ['eth0', '203.0.113.9']],
  ipv6: [['cali1', 'fd00:244:1::200'], ['cni0', 'fd00:244:1::9'], ['local', 'fd00:9::1'], ['eth0', '2001:db8::9']],
};

const written = (address: string, port: number): string => (address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`);

/** A first packet to each address of each Service, from everybody. */
export const packetsTo = ({ family, services, nodeIp }: ProxiedNode): readonly string[] =>
  services.flatMap(({ port }, index) => {
    const places = [
      ...[port.clusterIp, ...port.externalIps, ...port.loadBalancerVips].map((address) => written(address, port.port)),
      ...(port.nodePort === undefined || nodeIp === undefined ? [] : [written(nodeIp, port.nodePort)]),
    ];
    const protocol = port.protocol.toLowerCase();
    return places.flatMap((place, at) =>
      ASKERS[family].map(([from, address], who) => `${from}: ${protocol} ${written(address, 20_000 + index * 100 + at * 10 + who)} > ${place}`),
    );
  });

/** Whose socket it is, nobody told; no rule of kube-proxy asks. */
const NOBODY = { kind: 'unknown' } as const;

export const flightsOf = (node: Node, packets: readonly string[]): readonly (() => Flight)[] => packets.map((packet) => () => flightFrom(node.host, packet, NOBODY));
