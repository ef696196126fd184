import { address, newRouting, prefixOf } from '@nodelocal/netfilter-sim';
import type { PolicyRule, Route } from '@nodelocal/netfilter-sim';
import { describe, expect, it } from 'vitest';
import { lookup } from '../../src/fib/lookup.ts';
import { lab, rules } from '../support/lab.ts';

const route = (destination: string, device: string, more: Partial<Route> = {}): Route => {
  const [name = '', length = '32'] = destination.split('/');
  return {
    type: 'unicast',
    destination: prefixOf(address(name), Number(length)),
    table: 254,
    tos: 0,
    metric: 0,
    scope: 0,
    nextHops: [{ device, weight: 1 }],
    ...more,
  };
};

const lookUp = (routes: readonly Route[], destination: string, policy?: readonly PolicyRule[], more: object = {}): string => {
  const key = { destination: address(destination), tos: 0, mark: 0, protocol: 17, inDevice: 'lo', ...more };
  const found = lookup(newRouting(routes, policy), key, (device) => device !== 'down');
  return found.kind === 'route' ? found.nextHop.device : found.error;
};

const LOCAL: PolicyRule = { priority: 0, inverted: false, action: { kind: 'lookup', table: 255 } };
const MAIN: PolicyRule = { priority: 32_766, inverted: false, action: { kind: 'lookup', table: 254 } };

describe('lookup', () => {
  it.each([
    ['the longest prefix', [route('10.0.0.0/8', 'a'), route('10.1.0.0/16', 'b')], '10.1.2.3', 'b'],
    ['the lower metric', [route('10.0.0.0/8', 'a', { metric: 50 }), route('10.0.0.0/8', 'b', { metric: 20 })], '10.1.2.3', 'b'],
    ['the next shorter one where a device is down', [route('10.1.0.0/16', 'down'), route('10.0.0.0/8', 'a')], '10.1.2.3', 'a'],
    ['a local address on a device that is down', [route('10.96.0.10', 'down', { type: 'local', table: 255, scope: 254 })], '10.96.0.10', 'down'],
    ['no route', [route('10.0.0.0/8', 'a')], '11.0.0.1', 'no-route'],
    ['a blackhole', [route('10.0.0.0/8', 'a', { type: 'blackhole', nextHops: [] })], '10.0.0.1', 'blackhole'],
  ])('finds %s', (_what, routes, destination, expected) => {
    expect(lookUp(routes, destination)).toBe(expected);
  });

  it('lets a longer main route win over a local one, until a rule is added', () => {
    const routes = [route('10.9.0.0/16', 'local', { type: 'local', table: 255, scope: 254 }), route('10.9.1.0/24', 'main')];
    expect(lookUp(routes, '10.9.1.1')).toBe('main');
    const marked: PolicyRule = { priority: 100, inverted: false, mark: { value: 1, mask: 1 }, action: { kind: 'lookup', table: 100 } };
    expect(lookUp(routes, '10.9.1.1', [LOCAL, marked, MAIN])).toBe('local');
  });

  it('goes on to the next rule where a table says throw or nothing', () => {
    const routes = [route('10.0.0.0/8', 'a', { type: 'throw', table: 100, nextHops: [] }), route('0.0.0.0/0', 'main')];
    const rule: PolicyRule = { priority: 100, inverted: false, action: { kind: 'lookup', table: 100 } };
    expect(lookUp(routes, '10.0.0.1', [LOCAL, rule, MAIN])).toBe('main');
    expect(lookUp(routes, '11.0.0.1', [LOCAL, rule, MAIN])).toBe('main');
  });

  it('asks a rule only about packets with its mark', () => {
    const routes = [route('0.0.0.0/0', 'marked', { table: 100 }), route('0.0.0.0/0', 'main')];
    const rule: PolicyRule = { priority: 100, inverted: false, mark: { value: 1, mask: 0xff }, action: { kind: 'lookup', table: 100 } };
    expect(lookUp(routes, '8.8.8.8', [LOCAL, rule, MAIN], { mark: 0x101 })).toBe('marked');
    expect(lookUp(routes, '8.8.8.8', [LOCAL, rule, MAIN], { mark: 2 })).toBe('main');
  });
});

describe('a packet from a device', () => {
  const node = lab(rules({ filter: [] }));
  it.each([
    ['a source of the node itself', 'eth0: udp 172.18.0.2:1 > 10.244.1.5:53', 'martian-source'],
    ['a loopback destination', 'pod1: udp 10.244.1.5:1 > 127.0.0.1:53', 'martian-destination'],
    ['a multicast source', 'pod1: udp 224.0.0.1:1 > 10.244.2.7:53', 'martian-source'],
  ])('with %s is dropped', (_what, packet, reason) => {
    expect(node.send(packet).outcome).toEqual({ kind: 'dropped', reason: { kind: reason } });
  });

  const filtered = (value: number) => lab(rules({ filter: [] }), { 'sysctl.txt': `net.ipv4.ip_forward = 1\nnet.ipv4.conf.all.rp_filter = ${value}\n` });
  const strange = 'pod1: udp 172.18.0.77:1 > 10.244.2.7:53';

  it('is checked for the way back: not, strictly, and strictly again on a device without address', () => {
    expect(filtered(0).send(strange).outcome.kind).toBe('forwarded');
    expect(filtered(1).send(strange).outcome).toEqual({ kind: 'dropped', reason: { kind: 'reverse-path' } });
    expect(filtered(2).send(strange).outcome).toEqual({ kind: 'dropped', reason: { kind: 'reverse-path' } });
    expect(filtered(2).send('eth0: udp 10.244.1.5:1 > 10.244.1.6:53').outcome.kind).toBe('forwarded');
  });

  it('goes nowhere where the node is no router', () => {
    const closed = lab(rules({ filter: [] }), { 'sysctl.txt': 'net.ipv4.ip_forward = 0\n' });
    expect(closed.send('pod1: udp 10.244.1.5:1 > 10.244.2.7:53').outcome).toEqual({ kind: 'dropped', reason: { kind: 'not-a-router' } });
  });
});
