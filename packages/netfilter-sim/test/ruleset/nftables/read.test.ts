import { InputError, readNftables, readNode } from '@nodelocal/netfilter-sim';
import { describe, expect, it } from 'vitest';
import { ACCEPT, DROP, dump, forward, match, meta, nftLab, payload, translation } from './support.ts';
import type { TableDraft } from './support.ts';

const refusal = (json: string): string => {
  try {
    readNftables('nft.json', json);
    return 'nothing';
  } catch (error) {
    if (error instanceof InputError) return error.reason;
    throw error;
  }
};

const jump = (target: string): object => ({ jump: { target } });
const rule = (...statements: readonly object[]): TableDraft => ({
  chains: [{ name: 'c', base: forward, rules: [statements] }],
});

describe('what is no rule set is refused, with the way to it', () => {
  it.each<readonly [what: string, json: string, reason: RegExp]>([
    ['no JSON', '{"nftables": [', /^this is not JSON/],
    ['no list', '{}', /^nftables: expected a list$/],
    [
      'an object of two names',
      '{"nftables": [{"table": {}, "chain": {}}]}',
      /^nftables\[0\]: expected an object with one name$/,
    ],
    [
      'another schema',
      '{"nftables": [{"metainfo": {"json_schema_version": 2}}]}',
      /json_schema_version: expected schema version 1$/,
    ],
    [
      'an address that is none',
      dump(rule(match(payload('ip', 'saddr'), '10.0.0'))),
      /expr\[0\]\.match\.right: expected an IPv4 address$/,
    ],
    [
      'a prefix of the other family',
      dump(rule(match(payload('ip', 'saddr'), { prefix: { addr: 'fd00::', len: 8 } }))),
      /prefix\.addr: expected an address of 32 bits$/,
    ],
    [
      'a prefix that is too long',
      dump(rule(match(payload('ip', 'saddr'), { prefix: { addr: '10.0.0.0', len: 33 } }))),
      /prefix\.len: expected a prefix length up to 32$/,
    ],
    [
      'a set that is not there',
      dump(rule(match(payload('ip', 'saddr'), '@nowhere'))),
      /match\.right: expected the name of a set of this table$/,
    ],
    [
      'too few parts of a key',
      dump(rule(match({ concat: [payload('ip', 'saddr'), payload('udp', 'dport')] }, { set: ['10.0.0.1'] }))),
      /set\[0\]: expected 2 values, one of each type$/,
    ],
    ['a comparison that is none', dump(rule(match(meta('mark'), 1, '~'))), /match\.op: expected one of ==/],
    [
      'a hook that is none',
      dump({ chains: [{ name: 'c', base: { hook: 'midway', prio: 0 }, rules: [] }] }),
      /hook: expected one of prerouting/,
    ],
    ['a chain that is not there', dump(rule(jump('nowhere'))), /there is no chain nowhere to go to$/],
    [
      'chains in a circle',
      dump({
        chains: [
          { name: 'a', rules: [[{ goto: { target: 'b' } }]] },
          { name: 'b', rules: [[jump('a')]] },
        ],
      }),
      /leads back to itself$/,
    ],
    [
      'too many chains in a row',
      dump({
        chains: Array.from({ length: 17 }, (_, at) => ({
          name: `c${at}`,
          rules: at === 16 ? [] : [[jump(`c${at + 1}`)]],
        })),
      }),
      /more than 16 chains$/,
    ],
    [
      'a circle through a map',
      dump({
        objects: [{ kind: 'map', is: { name: 'm', type: 'inet_service', map: 'verdict', elem: [[53, jump('c')]] } }],
        chains: [{ name: 'c', rules: [[{ vmap: { key: payload('udp', 'dport'), data: '@m' } }]] }],
      }),
      /chain c leads back to itself$/,
    ],
  ])('%s', (_what, json, reason) => {
    expect(refusal(json)).toMatch(reason);
  });

  it.each<readonly [what: string, statement: object]>([
    ['a statement', { synproxy: { mss: 1460 } }],
    ['an expression', match({ osf: { key: 'name' } }, 'Linux')],
    ['a key of a known expression', match(meta('cgroup'), 7)],
    ['a part of a key', match({ concat: [meta('cgroup'), payload('ip', 'saddr')] }, { set: [] })],
    ['a word of a known type', match(meta('l4proto'), 'newproto')],
    ['an expression on the right side', match(meta('mark'), { ct: { key: 'mark' } })],
  ])('%s of a newer nft is none of that', (_what, statement) => {
    expect(refusal(dump(rule(statement, DROP)))).toBe('nothing');
  });

  it('sets of types that are not known are read past, and rules that ask them are not modelled', () => {
    const json = dump({
      ...rule(match(meta('cgroup'), '@s'), DROP),
      objects: [{ kind: 'set', is: { name: 's', type: 'cgroupsv2', elem: ['x'] } }],
    });
    expect(nftLab(json).send('pod1: udp 10.244.1.5:1 > 10.244.1.6:53').outcome.kind).toBe('not-modelled');
  });

  it('types by example, as nft 1.1 has them', () => {
    const is = {
      name: 's',
      type: { typeof: { concat: [payload('ip', 'saddr'), meta('l4proto')] } },
      elem: [{ concat: ['10.244.1.5', 'udp'] }],
    };
    const json = dump({
      ...rule(match({ concat: [payload('ip', 'saddr'), meta('l4proto')] }, '@s'), DROP),
      objects: [{ kind: 'set', is }],
    });
    expect(nftLab(json).send('pod1: udp 10.244.1.5:1 > 10.244.1.6:53').outcome.kind).toBe('dropped');
  });
});

describe('a node folder', () => {
  const packet = 'pod1: udp 10.244.1.5:1 > 10.244.1.6:53';
  const drops = dump({ name: 'filter', chains: [{ name: 'FORWARD', base: forward, rules: [[DROP]] }] });

  it('needs no rules of iptables where it has those of nftables', () => {
    expect(readNode({ folder: 'n', contents: { 'nft-ruleset.json': drops } }).host.nftables.tables).toHaveLength(1);
    expect(() => readNode({ folder: 'n', contents: {} })).toThrow(/there is no such file/);
  });

  it('has the tables of iptables-nft once: as iptables-save prints them', () => {
    const save = '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n';
    expect(nftLab(drops, { 'iptables-save.txt': save }).send(packet)).toBeForwarded({ by: 'filter FORWARD policy' });
    expect(
      nftLab(drops, { 'iptables-save.txt': `# Generated by iptables-save v1.8.9 (nf_tables)\n${save}` }).send(packet),
    ).toBeForwarded();
    expect(
      nftLab(drops, { 'iptables-save.txt': `# Generated by iptables-save v1.8.9\n${save}` }).send(packet),
    ).toBeDropped();
    expect(nftLab(drops).send(packet)).toBeDropped({ by: 'ip filter FORWARD handle 1' });
  });

  it('says so where a packet comes to a chain at a device of its own', () => {
    const edge = {
      nftables: [
        { table: { family: 'netdev', name: 'edge' } },
        {
          chain: { family: 'netdev', table: 'edge', name: 'in', type: 'filter', hook: 'ingress', prio: 0, dev: 'pod1' },
        },
        { rule: { family: 'netdev', table: 'edge', chain: 'in', handle: 1, expr: [ACCEPT] } },
      ],
    };
    const [at1, at2] = [packet, 'pod2: udp 10.244.1.6:1 > 10.244.1.5:53'];
    const at = (device: string): object => ({ kind: 'not-modelled', what: `chain in of table netdev edge at the ingress of ${device}` });
    const node = nftLab(JSON.stringify(edge));
    expect(node.send(at1).outcome).toEqual(at('pod1'));
    expect(node.send(at2).outcome.kind).toBe('forwarded');
    // nft 1.0.6 does not say at which device, so it may be any.
    expect(nftLab(JSON.stringify(edge).replace(',"dev":"pod1"', '')).send(at2).outcome).toEqual(at('pod2'));
  });

  it('does not run a dormant table', () => {
    const json = JSON.parse(drops) as { readonly nftables: { table?: object }[] };
    for (const object of json.nftables)
      if (object.table !== undefined) Object.assign(object.table, { flags: ['dormant'] });
    expect(nftLab(JSON.stringify(json)).send(packet)).toBeForwarded();
  });
});

it('a table of the other family sees nothing of a packet', () => {
  const json = dump({
    family: 'ip6',
    chains: [{ name: 'c', base: { ...translation, type: 'filter' }, rules: [[DROP]] }],
  });
  expect(nftLab(json).send('pod1: udp 10.244.1.5:1 > 10.244.1.6:53')).toBeForwarded();
});
