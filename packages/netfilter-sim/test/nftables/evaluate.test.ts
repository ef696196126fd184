import { describe, expect, it } from 'vitest';
import { ACCEPT, ct, DROP, dump, forward, match, meta, nftLab, payload, prerouting, translation } from './support.ts';

const QUERY = 'pod1: udp 10.244.1.5:40000 > 10.244.1.6:53';
const SYN = 'pod1: tcp 10.244.1.5:40000 > 10.244.1.6:80 flags S';
const PING = 'pod1: icmp 10.244.1.5 > 10.244.1.6 type 8 id 7';

const isMet = (statements: readonly object[], packet: string): boolean => {
  // A rule on ct makes the kernel track the packet; it stands in a chain that no packet enters.
  const tracking = { name: 'unused', rules: [[match(ct('state'), 'new', 'in'), ACCEPT]] };
  const node = nftLab(
    dump({ family: 'inet', chains: [tracking, { name: 'c', base: forward, rules: [[...statements, DROP]] }] }),
  );
  return node.send(packet).outcome.kind === 'dropped';
};

const and = (left: object, right: unknown): object => ({ '&': [left, right] });
const prefix = (addr: string, len: number): object => ({ prefix: { addr, len } });
const set = (...elements: readonly unknown[]): object => ({ set: elements });
const concat = (...parts: readonly unknown[]): object => ({ concat: parts });

describe('a match', () => {
  it.each<readonly [text: string, statement: object, packet: string, holds: boolean]>([
    ['ip saddr 10.244.1.5', match(payload('ip', 'saddr'), '10.244.1.5'), QUERY, true],
    ['ip saddr != 10.244.1.5', match(payload('ip', 'saddr'), '10.244.1.5', '!='), QUERY, false],
    ['ip daddr 10.244.0.0/16', match(payload('ip', 'daddr'), prefix('10.244.0.0', 16)), QUERY, true],
    ['ip daddr != 10.244.0.0/16', match(payload('ip', 'daddr'), prefix('10.244.0.0', 16), '!='), QUERY, false],
    [
      'ip daddr 10.244.1.1-10.244.1.9',
      match(payload('ip', 'daddr'), { range: ['10.244.1.1', '10.244.1.9'] }),
      QUERY,
      true,
    ],
    ['ip ttl < 64', match(payload('ip', 'ttl'), 64, '<'), QUERY, true],
    ['ip ttl >= 64', match(payload('ip', 'ttl'), 64, '>='), QUERY, false],
    ['ip protocol udp', match(payload('ip', 'protocol'), 'udp'), QUERY, true],
    ['ip length 28', match(payload('ip', 'length'), 28), QUERY, true],
    ['ip6 saddr ::/0 of an IPv4 packet', match(payload('ip6', 'saddr'), prefix('::', 0)), QUERY, false],
    ['ip6 saddr != ::1 of an IPv4 packet', match(payload('ip6', 'saddr'), '::1', '!='), QUERY, false],
    ['udp dport { 53, 1000-2000 }', match(payload('udp', 'dport'), set(53, { range: [1000, 2000] })), QUERY, true],
    ['udp dport != { 53 }', match(payload('udp', 'dport'), set(53), '!='), QUERY, false],
    ['udp dport of TCP', match(payload('udp', 'dport'), 80), SYN, false],
    ['th dport 80', match(payload('th', 'dport'), 80), SYN, true],
    ['@th,16,16 80', match({ payload: { base: 'th', offset: 16, len: 16 } }, 80), SYN, true],
    ['th dport 80 of ICMP', match(payload('th', 'dport'), 80), PING, false],
    ['th dport != 80 of ICMP', match(payload('th', 'dport'), 80, '!='), PING, true],
    ['tcp flags syn', match(payload('tcp', 'flags'), 'syn', 'in'), SYN, true],
    ['tcp flags ! syn', match(payload('tcp', 'flags'), 'syn', '!'), SYN, false],
    ['tcp flags syn / syn,ack', match(and(payload('tcp', 'flags'), ['syn', 'ack']), 'syn'), SYN, true],
    [
      'tcp flags syn / syn,ack, as nft 1.1 writes it',
      match(and(payload('tcp', 'flags'), { '|': ['syn', 'ack'] }), 'syn'),
      SYN,
      true,
    ],
    ['icmp type echo-request', match(payload('icmp', 'type'), 'echo-request'), PING, true],
    ['icmp id 7', match(payload('icmp', 'id'), 7), PING, true],
    ['meta l4proto { tcp, udp }', match(meta('l4proto'), set('tcp', 'udp')), PING, false],
    ['meta nfproto ipv4', match(meta('nfproto'), 'ipv4'), QUERY, true],
    ['meta protocol ip6', match(meta('protocol'), 'ip6'), QUERY, false],
    ['meta mark 0', match(meta('mark'), 0), QUERY, true],
    ['meta mark & 0x4000 == 0', match(and(meta('mark'), 0x4000), 0), QUERY, true],
    ['iifname "pod*"', match(meta('iifname'), 'pod*'), QUERY, true],
    ['iifname { "pod2", "eth*" }', match(meta('iifname'), set('pod2', 'eth*')), QUERY, false],
    ['oif "pod2"', match(meta('oif'), 'pod2'), QUERY, true],
    ['ct state new', match(ct('state'), 'new', 'in'), QUERY, true],
    ['ct state established,related', match(ct('state'), ['established', 'related'], 'in'), QUERY, false],
    ['ct state ! established', match(ct('state'), 'established', '!'), QUERY, true],
    ['ct status dnat', match(ct('status'), 'dnat', 'in'), QUERY, false],
    ['ct direction original', match(ct('direction'), 'original'), QUERY, true],
    ['ct original ip daddr 10.244.1.6', match(ct('ip daddr', 'original'), '10.244.1.6'), QUERY, true],
    ['ct original proto-dst 53', match(ct('proto-dst', 'original'), 53), QUERY, true],
    ['ct reply ip6 saddr of an IPv4 packet', match(ct('ip6 saddr', 'reply'), '::1', '!='), QUERY, false],
    ['fib daddr type local', match({ fib: { result: 'type', flags: ['daddr'] } }, 'local'), QUERY, false],
    ['fib daddr type unicast', match({ fib: { result: 'type', flags: 'daddr' } }, 'unicast'), QUERY, true],
    ['fib saddr . iif oif exists', match({ fib: { result: 'oif', flags: ['saddr', 'iif'] } }, true), QUERY, true],
    [
      'fib saddr . iif oif missing',
      match({ fib: { result: 'oif', flags: ['saddr', 'iif'] } }, false),
      'pod2: udp 10.244.1.5:1 > 10.244.1.6:53',
      true,
    ],
    [
      'ip saddr . udp dport { 10.244.0.0/16 . 53 }',
      match(concat(payload('ip', 'saddr'), payload('udp', 'dport')), set(concat(prefix('10.244.0.0', 16), 53))),
      QUERY,
      true,
    ],
    ['limit over 1/second burst 1, once', { limit: { rate: 1, per: 'second', burst: 1, inv: true } }, QUERY, false],
  ])('%s', (_text, statement, packet, holds) => {
    expect(isMet([statement], packet)).toBe(holds);
  });
});

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
    const quota = { quota: { val: 10, val_unit: 'mbytes' } };
    const node = nftLab(
      dump({
        chains: [
          {
            name: 'c',
            base: forward,
            rules: [
              [match(payload('udp', 'dport'), 54), quota, DROP],
              [match(payload('udp', 'dport'), 53), quota, DROP],
            ],
          },
        ],
      }),
    );
    expect(node.send('pod1: udp 10.244.1.5:1 > 10.244.1.6:55').outcome.kind).toBe('forwarded');
    expect(node.send(QUERY).outcome).toEqual({
      kind: 'not-modelled',
      what: 'quota for IPv4 packets, in ip t c handle 2 (udp dport 53 {"quota":{"val":10,"val_unit":"mbytes"}} drop),',
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

describe('a set that rules change', () => {
  const seen = {
    kind: 'set',
    is: { name: 'seen', type: 'ipv4_addr', flags: ['timeout'], timeout: 10, size: 2 },
  } as const;
  const note = (op: 'add' | 'update' | 'delete'): object => ({
    set: { op, elem: payload('ip', 'saddr'), set: '@seen' },
  });
  const port = (dport: number): object => match(payload('udp', 'dport'), dport);
  const fresh = () =>
    nftLab(
      dump({
        objects: [seen],
        chains: [
          {
            name: 'c',
            base: forward,
            rules: [
              [port(1), note('add'), DROP],
              [port(2), note('update'), DROP],
              [port(3), note('delete'), DROP],
              [match(payload('ip', 'saddr'), '@seen'), DROP],
            ],
          },
        ],
      }),
    );
  const ask = (dport: number, source = '10.244.1.5'): string => `pod1: udp ${source}:40000 > 10.244.1.6:${dport}`;

  it('has what was added, until its time is over', () => {
    const node = fresh();
    expect(node.send(ask(9)).outcome.kind).toBe('forwarded');
    node.send(ask(1));
    expect(node.send(ask(9)).outcome.kind).toBe('dropped');
    node.wait(10);
    expect(node.send(ask(9)).outcome.kind).toBe('forwarded');
  });

  it('keeps what update renews, and not what add does', () => {
    for (const [dport, expected] of [
      [1, 'forwarded'],
      [2, 'dropped'],
    ] as const) {
      const node = fresh();
      node.send(ask(1));
      node.wait(6);
      node.send(ask(dport));
      node.wait(6);
      expect(node.send(ask(9)).outcome.kind).toBe(expected);
    }
  });

  it('loses what was deleted', () => {
    const node = fresh();
    node.send(ask(1));
    node.send(ask(3));
    expect(node.send(ask(9)).outcome.kind).toBe('forwarded');
  });

  it('takes no more than its size: the rule ends there', () => {
    const node = fresh();
    for (const source of ['10.244.1.5', '10.244.1.7']) expect(node.send(ask(1, source)).outcome.kind).toBe('dropped');
    expect(node.send(ask(1, '10.244.1.8')).outcome.kind).toBe('forwarded');
  });

  it('lets what was there expire as the dump says', () => {
    const elem = [{ elem: { val: '10.244.1.5', timeout: 10, expires: 3 } }];
    const node = nftLab(
      dump({
        objects: [{ kind: 'set', is: { ...seen.is, elem } }],
        chains: [{ name: 'c', base: forward, rules: [[match(payload('ip', 'saddr'), '@seen'), DROP]] }],
      }),
    );
    expect(node.send(ask(9)).outcome.kind).toBe('dropped');
    node.wait(3);
    expect(node.send(ask(9)).outcome.kind).toBe('forwarded');
  });
});

describe('numbers', () => {
  const choose = (mode: 'random' | 'inc', mod: number): object => ({
    dnat: {
      addr: {
        map: {
          key: { numgen: { mode, mod, offset: 0 } },
          data: set(...Array.from({ length: mod }, (_, at) => [at, `10.244.2.${at}`])),
        },
      },
    },
  });
  const targets = (node: ReturnType<typeof nftLab>, count: number): readonly string[] =>
    Array.from({ length: count }, (_, at) => node.send(`pod1: udp 10.244.1.5:${1000 + at} > 10.96.0.99:53`).packet.dst);
  const nat = (mode: 'random' | 'inc', mod: number) =>
    dump({ chains: [{ name: 'n', base: translation, rules: [[choose(mode, mod)]] }] });

  it('come one after the other', () => {
    expect(targets(nftLab(nat('inc', 3)), 4)).toEqual(['10.244.2.0', '10.244.2.1', '10.244.2.2', '10.244.2.0']);
  });

  it.each([3, 100])('come by chance, each of %i as likely', (mod) => {
    const counts = new Map<string, number>();
    for (const target of targets(nftLab(nat('random', mod)), mod * 60))
      counts.set(target, (counts.get(target) ?? 0) + 1);
    expect(counts.size).toBe(mod);
    expect(Math.max(...counts.values())).toBeLessThan(120);
  });

  it('are the same for the same seed', () => {
    expect(targets(nftLab(nat('random', 3), {}, 7), 9)).toEqual(targets(nftLab(nat('random', 3), {}, 7), 9));
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
