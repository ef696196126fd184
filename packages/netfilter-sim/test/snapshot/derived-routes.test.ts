import { printPrefix, readKernelVersion, readNode } from '@nodelocal/netfilter-sim';
import { expect, it } from 'vitest';
import { rules } from '../support/lab.ts';

it('makes the routes of addresses that the kernel makes', () => {
  const device = (ifindex: number, ifname: string, flags: readonly string[], local: string, prefixlen: number): object => ({
    ifindex,
    ifname,
    flags,
    addr_info: [{ local, prefixlen, scope: 'global' }],
  });
  const { host: { routing } } = readNode({
    folder: 'node',
    contents: {
      'iptables-save.txt': rules({ filter: [] }),
      'ip-addr.json': JSON.stringify([
        device(1, 'lo', ['LOOPBACK', 'UP'], '127.0.0.1', 8),
        device(2, 'eth0', ['UP'], '172.18.0.2', 24),
        device(3, 'nodelocaldns', [], '10.96.0.10', 32),
        device(4, 'down', [], '10.1.0.1', 24),
      ]),
    },
  });
  // As `ip route show table all` prints them on Linux 6.18.
  expect(routing.ipv4.routes.map(({ type, destination, nextHops }) => `${type} ${printPrefix(destination)} ${nextHops[0]?.device ?? ''}`)).toEqual([
    'local 127.0.0.1/32 lo',
    'local 127.0.0.0/8 lo',
    'broadcast 127.255.255.255/32 lo',
    'local 172.18.0.2/32 eth0',
    'unicast 172.18.0.0/24 eth0',
    'broadcast 172.18.0.255/32 eth0',
    'local 10.96.0.10/32 nodelocaldns',
    'local 10.1.0.1/32 down',
  ]);
});

it('has two addresses for all in a network before 5.14', () => {
  const contents = { 'iptables-save.txt': rules({ filter: [] }), 'ip-addr.txt': '2: eth0: <UP> mtu 1500\n    inet 172.18.0.2/24 scope global eth0\n' };
  const broadcasts = (version: string): readonly string[] => {
    const kernelVersion = readKernelVersion(version);
    const { host } = readNode({ folder: 'node', contents }, kernelVersion === undefined ? {} : { kernelVersion });
    return host.routing.ipv4.routes.filter(({ type }) => type === 'broadcast').map(({ destination }) => destination.address);
  };
  expect(broadcasts('5.13')).toEqual(['172.18.0.0', '172.18.0.255']);
  expect(broadcasts('5.14')).toEqual(['172.18.0.255']);
});
