import { explore, flightFrom, HOOK_FUNCTIONS, readNode, seededChance } from '@nodelocal/netfilter-sim';
import { readNodeFolder } from '@nodelocal/netfilter-sim/node';
import { describe, expect, it } from 'vitest';
import { HOOK_NAMES } from '../../src/report/story/way.ts';
import type { WalkedWay } from '../../src/report/story/way.ts';
import { wayOf } from '../../src/report/story/walked-way.ts';
import { nodeFolder } from './nodes.ts';

const waysOn = (contents: Readonly<Record<string, string>> | string, packet: string): readonly WalkedWay[] => {
  const { host, state } = readNode(typeof contents === 'string' ? readNodeFolder(nodeFolder(contents)) : { folder: 'node', contents });
  return explore(host, state, flightFrom(host, packet, { kind: 'unknown' }), { ports: seededChance(1) }).possibilities.map(({ journey }) => wayOf(journey));
};

const QUERY = 'cali5f3c9a1e0d2: udp 192.168.82.65:40000 > 10.96.0.10:53';

const parts = ({ hooks }: WalkedWay, hook: (typeof HOOK_NAMES)[number]): readonly string[] => hooks[hook].stages.map(({ stage, part, verdict }) => `${stage} ${part}${verdict === '' ? '' : ` ${verdict}`}`);

describe('the way of a packet', () => {
  it('has what decided at each hook where a cache takes the query', () => {
    const [way] = waysOn('lesson', QUERY);
    if (way === undefined) throw new Error('no way');
    expect(way).toMatchObject({ packet: QUERY, inDevice: 'cali5f3c9a1e0d2', outDevice: undefined, end: 'delivered', routing: { input: 'to this node, on nodelocaldns' } });
    expect(parts(way, 'PREROUTING')).toEqual(['raw decided NOTRACK', 'conntrack skipped skipped', 'mangle passed policy ACCEPT', 'nat skipped skipped']);
    expect(parts(way, 'INPUT')).toEqual(['mangle passed policy ACCEPT', 'filter decided ACCEPT', 'security idle', 'nat skipped skipped', 'confirm idle']);
    expect(parts(way, 'FORWARD')).toEqual(['mangle away', 'filter away', 'security away']);
    expect(way.steps.filter(({ decides }) => decides).map(({ where }) => where)).toEqual(['PREROUTING raw', 'routing', 'INPUT filter']);
  });

  it('has the rules that translated, and where to', () => {
    const ways = waysOn('kube-proxy', QUERY);
    expect(ways.map((way) => parts(way, 'PREROUTING').at(-1))).toEqual(['nat decided → 192.168.195.131', 'nat decided → 192.168.196.4']);
    const lines = ways[0]?.hooks.PREROUTING.stages.at(-1)?.lines ?? [];
    expect(lines.some((line) => line.includes('-j DNAT --to-destination 192.168.195.131:53'))).toBe(true);
    expect(ways.map(({ end, outDevice }) => [end, outDevice])).toEqual([['left', 'eth0'], ['left', 'eth0']]);
  });

  it('has the stages in the order of the kernel’s table', () => {
    for (const way of waysOn('kube-proxy', QUERY)) {
      for (const hook of HOOK_NAMES) {
        expect(way.hooks[hook].stages.map(({ stage }) => stage)).toEqual(HOOK_FUNCTIONS.filter((known) => known.hook === hook).map(({ runs }) => runs));
      }
    }
  });

  it('has chains of nftables where they ran', () => {
    const rules = 'table inet mine {\n chain first {\n  type filter hook input priority -1; policy accept;\n  udp dport 53 drop\n }\n}\n';
    const [way] = waysOn({ 'nft-ruleset.txt': rules }, 'local: udp 127.0.0.1:1000 > 127.0.0.1:53');
    if (way === undefined) throw new Error('no way');
    expect(parts(way, 'INPUT')).toContain('inet mine first decided DROP');
    expect(way.end).toBe('lost');
  });

  it('says what is not modelled, where the packet met it', () => {
    const rules = '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -j HMARK --hmark-tuple src,dst --hmark-mod 8 --hmark-rnd 1\nCOMMIT\n';
    const [way] = waysOn({ 'iptables-save.txt': rules }, 'local: icmp 127.0.0.1 > 127.0.0.1 type 3');
    if (way === undefined) throw new Error('no way');
    expect(way.end).toBe('not-modelled');
    expect(parts(way, 'INPUT')).toEqual(['mangle idle', 'filter decided not modelled', 'security away', 'nat away', 'confirm away']);
    expect(way.hooks.INPUT.stages[1]?.lines).toContain('not modelled: the packet that an ICMP error quotes');
    expect(way.steps.at(-1)).toMatchObject({ where: 'end', decides: true });
    // By lo and in again, past hooks that have no rule.
    expect([way.hooks.POSTROUTING.reached, way.hooks.PREROUTING.reached, way.hooks.FORWARD.reached]).toEqual([true, true, false]);
  });
});
