import { address, explore, flightFrom, newHostState, readKernelVersion, readNode, run, seededChance } from '@nodelocal/netfilter-sim';
import type { Host } from '@nodelocal/netfilter-sim';
import { describe, expect, it } from 'vitest';
import { inNamespace, skipped, whyNot } from '../support/namespace.ts';

const SET_UP = `
for n in 0 1 2; do ip link add b$n type bridge; ip addr add 10.0.$n.1/24 dev b$n; ip link set b$n up; done
ip link set lo up
ip route add 192.0.2.0/24 nexthop via 10.0.1.2 dev b1 weight 1 nexthop via 10.0.2.2 dev b2 weight 3
sysctl -qw net.ipv4.ip_forward=1`;
const why = whyNot(SET_UP);

const RULES = '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n';
const device = (at: number): object => ({ ifindex: at + 2, ifname: `b${at}`, flags: ['UP'], addr_info: [{ local: `10.0.${at}.1`, prefixlen: 24, scope: 'global' }] });
const contents = {
  'iptables-save.txt': RULES,
  'ip-addr.json': JSON.stringify([0, 1, 2].map(device)),
  'ip-route.json': JSON.stringify([
    ...[0, 1, 2].map((at) => ({ dst: `10.0.${at}.0/24`, dev: `b${at}`, scope: 'link', prefsrc: `10.0.${at}.1` })),
    ...[0, 1, 2].map((at) => ({ type: 'local', dst: `10.0.${at}.1`, dev: `b${at}`, table: '255', scope: 'host' })),
    { dst: '192.0.2.0/24', nexthops: [{ gateway: '10.0.1.2', dev: 'b1', weight: 1 }, { gateway: '10.0.2.2', dev: 'b2', weight: 3 }] },
  ]),
  'sysctl.txt': 'net.ipv4.ip_forward = 1\n',
};
const { host } = readNode({ folder: 'node', contents });

/** Which devices a packet can leave by, with the chance of each. */
const ways = (of: Host, packet: string): Readonly<Record<string, number>> => {
  const { possibilities } = explore(of, newHostState(), flightFrom(of, packet, { kind: 'no-socket' }), { ports: seededChance(1) });
  return Object.fromEntries(possibilities.map(({ journey: { outcome }, probability = NaN }) => ['device' in outcome ? outcome.device : outcome.kind, probability]));
};

const BOTH = { b1: 0.25, b2: 0.75 };
const PASSING = 'b0: udp 10.0.0.9:1000 > 192.0.2.7:53';

describe('several next hops', () => {
  it('share the flows by their weights', () => {
    expect(ways(host, PASSING)).toEqual(BOTH);
  });

  it('keep the flows that they have: all between two addresses, or ports too if told so', () => {
    const byPorts = { ...host, sysctls: { ...host.sysctls, multipathHashPolicy: { ipv4: 1, ipv6: 0 } } };
    const devicesOf = (of: Host): number => {
      const state = newHostState();
      const chance = seededChance(1);
      const packets = Array.from({ length: 50 }, (_, at) => `b0: udp 10.0.0.9:${1000 + at} > 192.0.2.7:53`);
      return new Set(packets.map((packet) => JSON.stringify(run(of, state, flightFrom(of, packet, { kind: 'no-socket' }), chance).outcome))).size;
    };
    expect(devicesOf(host)).toBe(1);
    expect(devicesOf(byPorts)).toBe(2);
  });

  it('send errors where the packet went that they are about', () => {
    const state = newHostState();
    const { outcome } = run(host, state, flightFrom(host, PASSING, { kind: 'no-socket' }), seededChance(1));
    const quoted = { kind: 'udp', family: 'ipv4', src: address('10.0.0.9'), dst: address('192.0.2.7'), ttl: 64, tos: 0, payloadBytes: 0, sport: 1000, dport: 53 };
    const flight = flightFrom(host, 'b0: icmp 10.0.0.8 > 192.0.2.7 type 3 code 3', { kind: 'no-socket' });
    Object.assign(flight.packet, { inner: quoted });
    expect(run(host, state, flight, { choose: () => expect.fail('it has its way already'), integer: () => 0 }).outcome).toEqual(outcome);
  });

  // fib_select_multipath, 6.16.
  it.each([
    ['6.18', { b1: 1 }],
    ['6.12', BOTH],
  ])('prefer the one that gives the source that a program bound to, on Linux %s', (version, expected) => {
    const kernelVersion = readKernelVersion(version) ?? expect.fail();
    expect(Object.keys(ways({ ...host, kernelVersion }, 'local: udp 10.0.1.1:1000 > 192.0.2.7:53'))).toEqual(Object.keys(expected));
  });
});

describe.skipIf(why !== undefined)(`several next hops on the live kernel${skipped(why)}`, () => {
  const shareOfB2 = (options: string): number => {
    const { stdout } = inNamespace(`${SET_UP}\nfor n in $(seq 1 200); do ip route get 192.0.2.$n ${options} | grep -o 'dev b[0-9]'; done`);
    const devices = stdout.trim().split('\n');
    expect(devices).toHaveLength(200);
    return devices.filter((found) => found === 'dev b2').length / devices.length;
  };

  it.each(['', 'from 10.0.0.9 iif b0', 'from 10.0.0.1'])('share the flows by their weights: get %s', (options) => {
    expect(Math.abs(shareOfB2(options) - BOTH.b2)).toBeLessThan(0.15);
  });

  it('prefer the one that gives the source', () => {
    expect(shareOfB2('from 10.0.1.1')).toBe(0);
    expect(shareOfB2('from 10.0.2.1')).toBe(1);
  });
});
