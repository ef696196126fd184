import { encodeQuery } from '@nodelocal/dns-cache';
import { describe, expect, it } from 'vitest';
import { complaint, meaning } from '../support/directive.ts';
import { optionsOf } from '../support/octets.ts';
import { a, World } from '../support/world.ts';

interface Asking {
  readonly from?: string;
  readonly name?: string;
  readonly transport?: 'udp' | 'tcp';
  readonly edns?: { readonly udpPayloadSize: number };
}

/** Asks, and has the upstream answer at once. */
const ask = (world: World, { from = '10.0.0.1', name = 'a.example.org', transport = 'udp', edns }: Asking = {}): number => {
  const before = world.asks.length;
  const query = world.send(encodeQuery({ id: 1, name, type: 'A', ...(edns === undefined ? {} : { edns }) }), { from: { address: from, port: 40_000 }, transport });
  if (world.asks.length > before) world.respond({ answers: [a(name, '192.0.2.1', 30)] });
  return query;
};

const said = (world: World, query: number): string => {
  if (world.rawAnswer(query) === undefined) return 'nothing';
  const { rcode, truncated, answers } = world.answer(query);
  return truncated ? `truncated ${answers.length}` : rcode;
};

/** What clients are told, one after the other. */
const sayings = (limit: string, asking: readonly Asking[], options = 'cache'): readonly string[] => {
  const world = new World({ corefile: `. {\n${limit}\n${options}\n forward . 192.0.2.53\n}` });
  return asking.map((one) => said(world, ask(world, one)));
};

const five = (asking: Asking = {}): readonly Asking[] => Array.from({ length: 5 }, (_, number) => ({ name: `n${number}.example.org`, ...asking }));

describe('a client that asks too much', () => {
  it.each([
    ['limit 1 2', ['NOERROR', 'NOERROR', 'truncated 0', 'truncated 0', 'nothing']],
    ['limit 1 2 {\n over refuse\n}', ['NOERROR', 'NOERROR', 'REFUSED', 'REFUSED', 'nothing']],
    ['limit 1 2 {\n over drop\n}', ['NOERROR', 'NOERROR', 'nothing', 'nothing', 'nothing']],
  ])('%j: %j', (limit, expected) => {
    expect(sayings(limit, five())).toEqual(expected);
  });

  it.each(['cache', 'cache\n log elsewhere.invalid'])('is told the same for hits, on the short way and on the long one: %j', (options) => {
    expect(sayings('limit 1 2', five({ name: 'a.example.org' }), options)).toEqual(['NOERROR', 'NOERROR', 'truncated 0', 'truncated 0', 'nothing']);
  });

  it.each(['cache', 'cache\n log elsewhere.invalid'])('may have hits all the same, where these are free: %j', (options) => {
    const hit = { name: 'a.example.org' };
    expect(sayings('limit 1 2 {\n hits free\n}', [hit, hit, hit, hit, ...five()], options)).toEqual(['NOERROR', 'NOERROR', 'NOERROR', 'NOERROR', 'NOERROR', 'truncated 0', 'truncated 0', 'nothing', 'nothing']);
  });

  it('may ask again in time', () => {
    const world = new World({ corefile: '. {\n limit 10 1\n forward . 192.0.2.53\n}' });
    expect(said(world, ask(world))).toBe('NOERROR');
    expect(said(world, ask(world))).toBe('truncated 0');
    world.pass(100);
    expect(said(world, ask(world))).toBe('NOERROR');
  });

  it('takes nothing from others', () => {
    expect(sayings('limit 1 1', [...five(), { from: '10.0.0.2' }])).toEqual(['NOERROR', 'truncated 0', 'nothing', 'nothing', 'nothing', 'NOERROR']);
  });

  it('but from those of its network, where that is what is limited', () => {
    const asking = ['2001:db8::1', '2001:db8::2', '2001:db8:0:1::1'].map((from) => ({ from }));
    expect(sayings('limit 1 1 {\n prefix 32 64\n}', asking)).toEqual(['NOERROR', 'truncated 0', 'NOERROR']);
  });

  it('is not limited where it is excepted', () => {
    expect(sayings('limit 1 1 {\n except 10.0.0.0/24 2001:db8::1\n}', [...five(), { from: '10.0.1.1' }, { from: '10.0.1.1' }, { from: '2001:db8::1' }, { from: '2001:db8::1' }])).toEqual([
      ...five().map(() => 'NOERROR'),
      'NOERROR',
      'truncated 0',
      'NOERROR',
      'NOERROR',
    ]);
  });
});

describe('over TCP, where clients come that were truncated', () => {
  it('each query waits for its turn, for a second at most', () => {
    const world = new World({ corefile: '. {\n limit 4 1\n forward . 192.0.2.53\n cache\n}' });
    const first = ask(world);
    const queries = five({ transport: 'tcp' }).map((asking) => ask(world, asking));
    const now = (): readonly string[] => queries.map((query) => said(world, query));
    const pass = (): void => {
      world.pass(250);
      for (const exchange of world.asks.slice(1)) world.respond({ answers: [] }, exchange);
    };
    expect(said(world, first)).toBe('NOERROR');
    expect(now()).toEqual(['nothing', 'nothing', 'nothing', 'nothing', 'REFUSED']);
    pass();
    expect(now().filter((one) => one === 'NOERROR')).toHaveLength(1);
    // What waits has the tokens that come.
    expect(said(world, ask(world))).toBe('truncated 0');
    expect(said(world, ask(world))).toBe('nothing');
    for (let turn = 0; turn < 4; turn += 1) pass();
    expect(now()).toEqual(['NOERROR', 'NOERROR', 'NOERROR', 'NOERROR', 'REFUSED']);
    expect(world.metrics.filter((line) => line.startsWith('coredns_limit'))).toEqual([
      ...Array.from({ length: 4 }, () => 'coredns_limit_exceeded_total dns://:53 .  delayed 1'),
      'coredns_limit_exceeded_total dns://:53 .  refused 1',
      'coredns_limit_exceeded_total dns://:53 .  truncated 1',
      'coredns_limit_exceeded_total dns://:53 .  dropped 1',
    ]);
  });

  it.each([
    ['refuse', ['NOERROR', 'REFUSED', 'nothing', 'nothing', 'nothing']],
    ['drop', ['NOERROR', 'nothing', 'nothing', 'nothing', 'nothing']],
  ])('not so where they are told something else: %s', (over, expected) => {
    expect(sayings(`limit 1 1 {\n over ${over}\n}`, five({ transport: 'tcp' }))).toEqual(expected);
  });
});

describe('what is told of it', () => {
  it('the reason, to clients with EDNS', () => {
    const world = new World({ corefile: '. {\n limit 1 1 {\n over refuse\n }\n whoami\n}' });
    ask(world);
    const query = ask(world, { edns: { udpPayloadSize: 1232 } });
    expect(optionsOf(world.rawAnswer(query))).toEqual([{ code: 15, data: Uint8Array.from([0, 0, ...Buffer.from('too many queries')]) }]);
  });

  it('a line for whoever reads the log, in ten seconds one', () => {
    const world = new World({ corefile: '. {\n errors\n limit 1 1\n whoami\n}' });
    for (let query = 0; query < 100; query += 1) ask(world);
    world.pass(9999);
    for (let query = 0; query < 100; query += 1) ask(world, { from: '10.0.0.2' });
    expect(world.lines).toEqual(['[WARNING] plugin/limit: 10.0.0.1 asks more than 1 queries a second']);
    world.pass(1);
    ask(world, { from: '10.0.0.2' });
    expect(world.lines).toHaveLength(2);
  });

  it('what hears nothing is counted as other queries are', () => {
    const world = new World({ corefile: '. {\n limit 1 1\n cache\n forward . 192.0.2.53\n prometheus\n}' });
    for (const asking of five()) ask(world, asking);
    const served = world.effects.flatMap((effect) => (effect.kind === 'served' ? [[effect.rcode, effect.plugin, effect.answerOctets]] : []));
    expect(served).toEqual([[0, 'forward', expect.any(Number)], [0, 'limit', expect.any(Number)], ...Array.from({ length: 3 }, () => [undefined, '', 0])]);
    expect(world.effects.filter(({ kind }) => kind === 'drop')).toHaveLength(3);
    expect(world.metrics.filter((line) => line.includes('dropped'))).toHaveLength(3);
  });

  it('each of several threads has its part', () => {
    const world = new World({ corefile: '. {\n limit 8\n whoami\n}', share: { threads: 4, seed: 1, own: 0 } });
    expect(Array.from({ length: 4 }, () => said(world, ask(world)))).toEqual(['NOERROR', 'NOERROR', 'truncated 0', 'truncated 0']);
  });
});

describe('what limit means', () => {
  it('in full', () => {
    expect(meaning('limit 100')).toEqual(['limit 100 a second, 100 at once, for each client of 32 or 128 bits; over it truncate; hits counted']);
    expect(meaning('limit 100 200 {\n over refuse hits free prefix 24 64\n except 10.0.0.0/8 ::1\n}')).toEqual([
      'limit 100 a second, 200 at once, for each client of 24 or 64 bits; over it refuse; hits free',
      '  except 10.0.0.0/8 ::1/128',
    ]);
  });

  it.each([
    ['limit', "2:1: Wrong argument count or unexpected line ending after 'limit' (write limit QUERIES_A_SECOND [BURST])"],
    ['limit 0', '2:7: the queries a second cannot be 0 (write 1 to 1000000)'],
    ['limit 1 0', '2:9: the burst cannot be 0 (write 1 to 1000000)'],
    ['limit many', "2:7: the queries a second is not a whole number: 'many'"],
    ['limit 1 {\n over slip\n}', "3:7: not known what to do: 'slip' (write over truncate|refuse|drop)"],
    ['limit 1 {\n hits no\n}', "3:7: hits are not 'no' (write hits free|counted)"],
    ['limit 1 {\n except pods\n}', "3:9: not a network: 'pods' (write an address or a network, as 10.0.0.0/8)"],
    ['limit 1 {\n window 5\n}', "3:2: unknown option 'window' of 'limit' (known are over, prefix, except, hits)"],
    ['limit 1\nlimit 2', "3:1: 'limit' can only be used once per server block (it is already at line 2)"],
  ])('%j is refused', (text, expected) => {
    expect(complaint(text)).toContain(`Corefile:${expected}`);
  });
});
