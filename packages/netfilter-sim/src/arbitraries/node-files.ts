import type { Family } from '../packet/address.ts';
import type { NodeSnapshot } from '../snapshot/node.ts';
import { CAST } from './cast.ts';

/** What a generated node has besides its rules. */
export interface Layout {
  readonly families: readonly Family[];
  /** So many pods, behind `pod1`, `pod2`, … */
  readonly pods: number;
  /** Whether a link that is down, `nodelocaldns`, has the cache's address and the Service's. */
  readonly localAddresses: boolean;
  readonly forwarding: boolean;
  readonly reversePathFilter: number;
  /** UDP ports with an open socket. */
  readonly listensAt: readonly number[];
}

const LOOPBACK = { ipv4: ['127.0.0.1/8'], ipv6: ['::1/128'] } as const;
const NETWORK_LENGTH = { ipv4: 24, ipv6: 64 } as const;
const NETWORK = { ipv4: '172.18.0.0/24', ipv6: 'fd00:172:18::/64' } as const;
const REMOTE = { ipv4: '10.244.2.0/24', ipv6: 'fd00:10:244:2::/64' } as const;
const WHOLE = { ipv4: 32, ipv6: 128 } as const;

const ofDevice = (index: number, name: string, addresses: readonly string[], flags: readonly string[] = ['UP']): object => ({
  ifindex: index,
  ifname: name,
  flags,
  addr_info: addresses.map((written) => {
    const [local = '', length = ''] = written.split('/');
    return { local, prefixlen: Number(length), scope: name === 'lo' ? 'host' : 'global' };
  }),
});

const podNames = ({ pods }: Layout): readonly string[] => Array.from({ length: pods }, (_, at) => `pod${at + 1}`);

const devices = (layout: Layout): readonly object[] => {
  const { families, localAddresses, pods } = layout;
  const each = (addresses: (family: Family) => readonly string[]): readonly string[] => families.flatMap(addresses);
  return [
    ofDevice(1, 'lo', each((family) => LOOPBACK[family]), ['LOOPBACK', 'UP']),
    ...podNames(layout).map((name, at) => ofDevice(2 + at, name, [])),
    ofDevice(2 + pods, 'eth0', each((family) => [`${CAST[family].node}/${NETWORK_LENGTH[family]}`])),
    ...(localAddresses ? [ofDevice(3 + pods, 'nodelocaldns', each((family) => [CAST[family].local, CAST[family].service].map((one) => `${one}/${WHOLE[family]}`)), [])] : []),
  ];
};

const local = (dst: string, dev: string, prefsrc: string): object => ({ type: 'local', dst, dev, table: 'local', scope: 'host', prefsrc });

const routes = (family: Family, layout: Layout): readonly object[] => {
  const { node, router, neighbour, pods, local: ownCache, service } = CAST[family];
  return [
    { dst: 'default', gateway: router, dev: 'eth0' },
    { dst: NETWORK[family], dev: 'eth0', scope: 'link', ...(family === 'ipv4' ? { prefsrc: node } : {}) },
    ...podNames(layout).map((dev, at) => ({ dst: pods[at], dev, scope: 'link' })),
    { dst: REMOTE[family], gateway: neighbour, dev: 'eth0' },
    family === 'ipv4' ? local('127.0.0.0/8', 'lo', '127.0.0.1') : local('::1', 'lo', '::1'),
    local(node, 'eth0', node),
    ...(layout.localAddresses ? [ownCache, service].map((one) => local(one, 'nodelocaldns', one)) : []),
  ];
};

/** Such a node as its own tools print it, without rules. */
export const nodeFiles = (layout: Layout): NodeSnapshot['contents'] => {
  const { families, forwarding, reversePathFilter, listensAt } = layout;
  const on = forwarding ? 1 : 0;
  return {
    'ip-addr.json': JSON.stringify(devices(layout)),
    ...(families.includes('ipv4') ? { 'ip-route.json': JSON.stringify(routes('ipv4', layout)) } : {}),
    ...(families.includes('ipv6') ? { 'ip-6-route.json': JSON.stringify(routes('ipv6', layout)) } : {}),
    'sysctl.txt': `net.ipv4.ip_forward = ${on}\nnet.ipv6.conf.all.forwarding = ${on}\nnet.ipv4.conf.all.rp_filter = ${reversePathFilter}\n`,
    'ss.txt': listensAt.map((port) => `udp UNCONN 0 0 *:${port} *:*\n`).join(''),
  };
};
