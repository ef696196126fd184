import { address, newRouting, readNode, withAddresses } from '@nodelocal/netfilter-sim';
import type { Host } from '@nodelocal/netfilter-sim';
import { testNode } from '@nodelocal/netfilter-sim/vitest';
import { describe, expect, it } from 'vitest';
import { untilLocal } from '../support/local-addresses.ts';
import { inNamespace, skipped, whyNot } from '../support/namespace.ts';

const LOCAL = [address('169.254.20.10'), address('10.96.0.10'), address('fd00::a')];

const read = (contents: Readonly<Record<string, string>>): Host => readNode({ folder: 'node', contents: { 'iptables-save.txt': '', ...contents } }).host;

const IP = 'ip -j addr; ip -j -N route show table all; ip -j -6 -N route show table all';

/** What the kernel has of addresses and routes, before and after. */
const captured = (script: string): Host => {
  const { stdout, stderr, code } = inNamespace(`${script}; ${IP}`);
  if (code !== 0) throw new Error(stderr);
  const [addresses = '', routes = '', routes6 = ''] = stdout.split('\n');
  return read({ 'ip-addr.json': addresses, 'ip-route.json': routes, 'ip-6-route.json': routes6 });
};

/** This kernel may have no dummies: one end of a pair that is down is as good. */
const LINK = 'ip link set lo up; ip link add nodelocaldns type veth peer name other';
const ADD = LOCAL.map((one) => `ip address add ${one} dev nodelocaldns${one.includes(':') ? ' nodad' : ''}`).join('; ');
/** The kernel makes the route of an IPv6 address a moment later. */
const SETTLED = untilLocal(['fd00::a']);
const why = whyNot(LINK);

const local = ({ routing }: Host): readonly string[] =>
  [...routing.ipv4.routes, ...routing.ipv6.routes]
    .filter(({ table, type, nextHops }) => table === 255 && type === 'local' && nextHops[0]?.device === 'nodelocaldns')
    .map(({ destination, scope, preferredSource }) => `${destination.address}/${destination.length} ${scope} ${preferredSource ?? ''}`)
    .toSorted();

describe.skipIf(why !== undefined)(`withAddresses${skipped(why)}`, () => {
  it('makes the local routes that the kernel makes', () => {
    expect(local(withAddresses(captured(LINK), 'nodelocaldns', LOCAL))).toEqual(local(captured(`${LINK}; ${ADD}; ${SETTLED}`)));
  });
});

describe('a host with new addresses', () => {
  it('has them on a new device, which is down, and gets packets for them', () => {
    const before = readNode({ folder: 'node', contents: { 'iptables-save.txt': '' } });
    const after = withAddresses(before.host, 'nodelocaldns', LOCAL);
    expect(after.interfaces.at(-1)).toMatchObject({ name: 'nodelocaldns', up: false, index: 2, link: { kind: 'dummy' } });
    expect(before.host.interfaces).toHaveLength(1);
    expect(testNode({ ...before, host: after }).send('local: udp 10.96.0.10:40000 > 10.96.0.10:53').outcome).toMatchObject({ kind: 'delivered' });
  });

  it('is the same where it has them already', () => {
    const { host } = readNode({ folder: 'node', contents: { 'iptables-save.txt': '' } });
    const once = withAddresses(host, 'nodelocaldns', LOCAL);
    const twice = withAddresses(once, 'nodelocaldns', LOCAL);
    expect(twice.interfaces).toEqual(once.interfaces);
    expect(twice.routing.ipv4.routes).toEqual(once.routing.ipv4.routes);
  });

  it('keeps tables of its own apart where rules did', () => {
    const { host } = readNode({ folder: 'node', contents: { 'iptables-save.txt': '' } });
    const apart: Host = { ...host, routing: { ...host.routing, ipv4: { ...newRouting([]), merged: undefined } } };
    expect(withAddresses(apart, 'nodelocaldns', LOCAL).routing.ipv4.merged).toBeUndefined();
  });
});
