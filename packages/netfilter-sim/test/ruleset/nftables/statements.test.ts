import { describe, expect, it } from 'vitest';
import { ACCEPT, ct, DROP, dump, forward, match, meta, nftLab, payload, prerouting, QUERY, set, SYN } from './support.ts';

describe('a statement', () => {
  const outcome = (rules: readonly (readonly object[])[], packet = QUERY): unknown =>
    nftLab(dump({ chains: [{ name: 'c', base: forward, rules }] })).send(packet).outcome.kind;

  it.each<readonly [text: string, rules: readonly (readonly object[])[], expected: string]>([
    [
      'sets the mark for the rest of its rule',
      [[{ mangle: { key: meta('mark'), value: { '|': [meta('mark'), 0x4000] } } }, match(meta('mark'), 0x4000), DROP]],
      'dropped',
    ],
    [
      'shifts within 32 bits',
      [
        [
          { mangle: { key: meta('mark'), value: { '<<': [{ '|': [meta('mark'), 0xffff_ffff] }, 8] } } },
          match(meta('mark'), 0xffff_ff00),
          DROP,
        ],
      ],
      'dropped',
    ],
    [
      'sets the mark from a map',
      [
        [
          {
            mangle: {
              key: meta('mark'),
              value: { map: { key: payload('ip', 'saddr'), data: set(['10.244.1.5', 7]) } },
            },
          },
          match(meta('mark'), 7),
          DROP,
        ],
      ],
      'dropped',
    ],
    [
      'ends its rule where a map has nothing',
      [
        [
          {
            mangle: { key: meta('mark'), value: { map: { key: payload('ip', 'saddr'), data: set(['10.9.9.9', 7]) } } },
          },
          DROP,
        ],
      ],
      'forwarded',
    ],
    [
      'sets the TTL',
      [[{ mangle: { key: payload('ip', 'ttl'), value: 5 } }, match(payload('ip', 'ttl'), 5), DROP]],
      'dropped',
    ],
    [
      'sets the conntrack mark of what is not tracked: nothing',
      [[{ mangle: { key: ct('mark'), value: 5 } }], [DROP]],
      'dropped',
    ],
    [
      'leads by a verdict map',
      [[{ vmap: { key: payload('udp', 'dport'), data: set([53, DROP], [54, ACCEPT]) } }]],
      'dropped',
    ],
    [
      'leads by the rest of a verdict map',
      [[{ vmap: { key: payload('udp', 'dport'), data: set([54, ACCEPT], ['*', DROP]) } }]],
      'dropped',
    ],
    [
      'goes on behind a verdict map that has nothing',
      [[{ vmap: { key: payload('udp', 'dport'), data: set([54, ACCEPT]) } }], [DROP]],
      'dropped',
    ],
    ['continues', [[{ continue: null }], [DROP]], 'dropped'],
    ['returns from a base chain to its policy', [[{ return: null }], [DROP]], 'forwarded'],
    ['rejects', [[{ reject: null }]], 'dropped'],
    ['rejects with a TCP reset TCP only', [[{ reject: { type: 'tcp reset' } }]], 'forwarded'],
    [
      'rejects IPv4 only with an error of IPv4',
      [[{ reject: { type: 'icmpv6', expr: 'port-unreachable' } }]],
      'forwarded',
    ],
    ['queues', [[{ queue: { num: 3 } }]], 'held'],
    ['counts and logs, and goes on', [[{ counter: null }, { log: { prefix: 'x' } }, DROP]], 'dropped'],
  ])('%s', (_text, rules, expected) => {
    expect(outcome(rules)).toBe(expected);
  });

  it('that is not modelled ends the walk where it is reached, and says where it stands', () => {
    const synproxy = { synproxy: { mss: 1460 } };
    const node = nftLab(
      dump({
        chains: [
          {
            name: 'c',
            base: forward,
            rules: [
              [match(payload('udp', 'dport'), 54), synproxy, DROP],
              [match(payload('udp', 'dport'), 53), synproxy, DROP],
            ],
          },
        ],
      }),
    );
    expect(node.send('pod1: udp 10.244.1.5:1 > 10.244.1.6:55').outcome.kind).toBe('forwarded');
    expect(node.send(QUERY).outcome).toEqual({
      kind: 'not-modelled',
      what: 'synproxy for IPv4 packets',
      rule: { place: 'ip t c handle 2', text: 'udp dport 53 {"synproxy":{"mss":1460}} drop' },
    });
  });

  it('looks a word up that it does not know only where nothing else fits', () => {
    const node = nftLab(
      dump({ chains: [{ name: 'c', base: forward, rules: [[match(meta('l4proto'), set('udp', 'newproto')), DROP]] }] }),
    );
    expect(node.send(QUERY).outcome.kind).toBe('dropped');
    expect(node.send(SYN).outcome.kind).toBe('not-modelled');
  });
});

it('notrack leaves a packet untracked, before conntrack sees it', () => {
  const rules = { name: 'raw', base: prerouting, rules: [[match(payload('udp', 'dport'), 53), { notrack: null }]] };
  const node = nftLab(
    dump({ chains: [rules, { name: 'c', base: forward, rules: [[match(ct('state'), 'untracked', 'in'), DROP]] }] }),
  );
  expect(node.send(QUERY)).toBeDropped({ untracked: true, by: 'ip t c handle 2' });
  expect(node.send('pod1: udp 10.244.1.5:1 > 10.244.1.6:54')).toBeForwarded({ untracked: false });
});
