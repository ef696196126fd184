import type { Flight, Journey, NodeFile, NodeOptions } from '@nodelocal/netfilter-sim';
import { arriving, kernelMarks, parsePacket, readNode } from '@nodelocal/netfilter-sim';
import type { TestNode } from '@nodelocal/netfilter-sim/vitest';
import { testNode } from '@nodelocal/netfilter-sim/vitest';

const device = (index: number, name: string, addresses: readonly string[], flags: readonly string[] = ['UP']): object => ({
  ifindex: index,
  ifname: name,
  flags,
  addr_info: addresses.map((written) => {
    const [local = '', prefixlen = '32'] = written.split('/');
    return { local, prefixlen: Number(prefixlen), scope: name === 'lo' ? 'host' : 'global' };
  }),
});

const local = (dst: string, dev: string): object => ({ type: 'local', dst, dev, table: 'local', scope: 'host', prefsrc: dst });

/** A node with two pods, an uplink, and a device that is down and holds the cluster IP. */
const NODE: Readonly<Partial<Record<NodeFile, string>>> = {
  'ip-addr.json': JSON.stringify([
    device(1, 'lo', ['127.0.0.1/8'], ['LOOPBACK', 'UP']),
    device(2, 'pod1', []),
    device(3, 'pod2', []),
    device(4, 'eth0', ['172.18.0.2/24']),
    device(5, 'nodelocaldns', ['169.254.20.10/32', '10.96.0.10/32'], []),
  ]),
  'ip-route.json': JSON.stringify([
    { dst: 'default', gateway: '172.18.0.1', dev: 'eth0' },
    { dst: '172.18.0.0/24', dev: 'eth0', scope: 'link', prefsrc: '172.18.0.2' },
    { dst: '10.244.1.5', dev: 'pod1', scope: 'link' },
    { dst: '10.244.1.6', dev: 'pod2', scope: 'link' },
    { dst: '10.244.2.0/24', gateway: '172.18.0.3', dev: 'eth0' },
    { type: 'local', dst: '127.0.0.0/8', dev: 'lo', table: 'local', scope: 'host', prefsrc: '127.0.0.1' },
    local('172.18.0.2', 'eth0'),
    local('169.254.20.10', 'nodelocaldns'),
    local('10.96.0.10', 'nodelocaldns'),
  ]),
  'sysctl.txt': 'net.ipv4.ip_forward = 1\nnet.ipv4.conf.all.rp_filter = 0\n',
  'ss.txt': 'udp UNCONN 0 0 0.0.0.0:53 0.0.0.0:*\n',
};

export interface Lab extends TestNode {
  /** `conntrack -L`, without the words that never change. */
  table(): readonly string[];
  /** TRACE marks of a journey, as `-j TRACE` in front of everything would show them. */
  marks(journey: Journey): readonly string[];
}

/** A packet that comes in by the device that stands in front of it. */
export const flightOf = (text: string): Flight => {
  const { from, packet } = parsePacket(text);
  return arriving(packet, from === 'local' ? 'lo' : from.device);
};

/** The node with these rules; files given here replace its own. */
export const lab = (rules: string, files: Readonly<Partial<Record<NodeFile, string>>> = {}, seed = 1, options: NodeOptions = {}): Lab => {
  const node = testNode(readNode({ folder: 'lab', contents: { ...NODE, 'iptables-save.txt': rules, ...files } }, options), { seed });
  return {
    ...node,
    table: () => node.conntrack().map((line) => line.replace(' mark=0 use=1', '')),
    marks: (journey) => kernelMarks(journey.trace),
  };
};

/** A rule set of the tables that are named, with ACCEPT policies. */
export const rules = (tables: Readonly<Partial<Record<'raw' | 'mangle' | 'nat' | 'filter', readonly string[]>>>): string => {
  const chains = {
    raw: ['PREROUTING', 'OUTPUT'],
    mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
    nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
    filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  } as const;
  return Object.entries(tables)
    .map(([table, lines]) => {
      const builtIn = chains[table as keyof typeof chains].map((chain) => `:${chain} ACCEPT [0:0]`);
      return [`*${table}`, ...builtIn, ...lines, 'COMMIT', ''].join('\n');
    })
    .join('');
};
