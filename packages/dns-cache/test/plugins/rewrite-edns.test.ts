import { describe, expect, it } from 'vitest';
import { optionsOf, queryWithOptions } from '../support/octets.ts';
import { a } from '../support/world.ts';
import { worldOf } from './rewriting.ts';

describe('EDNS options for the upstream', () => {
  const upstreamOptions = (rules: readonly string[], options: Parameters<typeof queryWithOptions>[2] = []) => {
    const world = worldOf(...rules.map((rule) => `rewrite ${rule}`));
    const query = world.send(queryWithOptions('www.example.org', 'MX', options));
    return { world, query, options: optionsOf(world.lastAsk.message) };
  };
  const text = (value: string): Uint8Array => Uint8Array.from(Buffer.from(value));
  const local = (value: string) => ({ code: 0xffee, data: text(value) });
  const nsid = { code: 3, data: new Uint8Array() };

  it.each<readonly [readonly string[], readonly ReturnType<typeof local>[], readonly ReturnType<typeof local>[]]>([
    [['edns0 local set 0xffee 0x61626364'], [], [local('abcd')]],
    [['edns0 local set 0xffee abcd'], [local('mine')], [local('abcd')]],
    [['edns0 local append 0xffee abcd'], [], [local('abcd')]],
    [['edns0 local append 0xffee abcd'], [local('mine')], []],
    [['edns0 local replace 0xffee abcd'], [local('mine')], [local('abcd')]],
    [['edns0 local replace 0xffee abcd'], [], []],
    [['edns0 local unset 0xffee'], [local('mine')], []],
    [['continue edns0 local set 0xffee a', 'edns0 local set 0xffee b'], [], [local('b')]],
    [['continue edns0 local set 0xffee a', 'edns0 local unset 0xffee'], [], []],
    [['continue edns0 local unset 0xffee', 'edns0 local replace 0xffee b'], [local('mine')], []],
    [['continue edns0 local set 0xffee a', 'edns0 nsid set'], [], [local('a'), nsid]],
    [['edns0 local set 0xffee a', 'edns0 nsid set'], [], [local('a')]],
    [['edns0 local replace 0xffee a', 'edns0 nsid set'], [], [nsid]],
    [['edns0 nsid set'], [], [nsid]],
    [['edns0 nsid replace'], [{ code: 3, data: text('x') }], [nsid]],
    [['edns0 nsid replace'], [], []],
    [['edns0 local set 0xffee {some/label}'], [], []],
    // What a client sends goes no further by itself.
    [['type A AAAA'], [local('mine')], []],
  ])('%j, the client with %j', (rules, sent, expected) => {
    expect(upstreamOptions(rules, sent).options).toEqual(expected);
  });

  it.each<readonly [string, Uint8Array]>([
    ['{qname}', text('www.example.org.')],
    ['{qtype}', Uint8Array.of(0, 15)],
    ['{client_ip}', Uint8Array.of(10, 244, 1, 5)],
    ['{client_port}', Uint8Array.of(40000 >> 8, 40000 & 255)],
    ['{protocol}', text('udp')],
    ['{server_ip}', Uint8Array.of(10, 96, 0, 10)],
    ['{server_port}', Uint8Array.of(0, 53)],
  ])('%s', (variable, data) => {
    expect(upstreamOptions([`edns0 local set 0xffee ${variable}`]).options).toEqual([{ code: 0xffee, data }]);
  });

  it.each<readonly [string, string, readonly number[]]>([
    ['24 56', '10.244.1.5', [0, 1, 24, 0, 10, 244, 1]],
    ['20 56', '10.244.255.5', [0, 1, 20, 0, 10, 244, 240]],
    ['0 0', '10.244.1.5', [0, 1, 0, 0]],
    ['32 128', '10.244.1.5', [0, 1, 32, 0, 10, 244, 1, 5]],
    ['24 56', '2001:db8:1:1ff::1', [0, 2, 56, 0, 0x20, 1, 0xd, 0xb8, 0, 1, 1]],
    ['24 56', '::ffff:10.244.1.5', [0, 1, 24, 0, 10, 244, 1]],
  ])('subnet set %s for %s', (bits, address, data) => {
    const world = worldOf(`rewrite edns0 subnet set ${bits}`);
    world.send(queryWithOptions('a.test', 'A', []), { from: { address, port: 1 } });
    expect(optionsOf(world.lastAsk.message)).toEqual([{ code: 8, data: Uint8Array.from(data) }]);
  });

  /** How often the upstream is asked when two clients ask the same, and what the second is told of the TTL. */
  const askedTwice = (rule: string): readonly [number, number | undefined] => {
    const world = worldOf('cache 30', `rewrite edns0 ${rule}`);
    for (const address of ['10.244.1.5', '10.244.2.5']) {
      const query = world.send(queryWithOptions('a.test', 'A', []), { from: { address, port: 1 } });
      if (world.asks.length === (address === '10.244.1.5' ? 1 : 2)) world.respond({ answers: [a('a.test', '192.0.2.1', 600)] });
      if (address === '10.244.2.5') return [world.asks.length, world.answer(query).answers[0]?.ttlSeconds];
    }
    throw new RangeError('nobody asked');
  };

  it.each(['nsid set', 'local set 0xffee abcd', 'local set 0xffee {qname}', 'local set 0xffee {protocol}', 'local set 0xffee {server_ip}', 'subnet set 0 64'])(
    '%s leaves the answer in the cache for all',
    (rule) => {
      expect(askedTwice(rule)).toEqual([1, 30]);
    },
  );

  it.each(['subnet set 24 64', 'local set 0xffee {client_ip}', 'local set 0xffee {client_port}'])('%s makes an answer for one client, though no older than `cache` says', (rule) => {
    expect(askedTwice(rule)).toEqual([2, 30]);
  });

  it('are told to no client', () => {
    const { world, query } = upstreamOptions(['edns0 local set 0xffee abcd']);
    world.respond({ answers: [a('www.example.org', '192.0.2.1', 60)] });
    expect(optionsOf(world.rawAnswer(query))).toEqual([]);
  });
});
