import type { QueryOptions } from '@nodelocal/dns-cache';
import { describe, expect, it } from 'vitest';
import { answering, heard, tableWorld } from './coredns-timeline.ts';
import { www } from './support.ts';

describe('prefetch (TestPrefetch)', () => {
  const edns = { udpPayloadSize: 512 };
  const DO = { edns: { ...edns, dnssecOk: true } };
  const CD = { edns, checkingDisabled: true };
  type Row = readonly [seconds: number, heard: string, asks: boolean, asking?: Partial<QueryOptions>];
  it.each<readonly [string, string, number, readonly Row[]]>([
    ['at the end of a life', 'prefetch 1', 80, [[0, '.1 80', true], [71, '.1 9', false], [73, '.1 7', true], [80, '.2 73', false]]],
    ['of a short life', 'prefetch 1', 5, [[0, '.1 5', true], [1, '.1 4', false], [4, '.1 1', true], [5, '.2 4', false]]],
    ['never', 'prefetch 0', 30, [[0, '.1 30', true], [15, '.1 15', false], [29, '.1 1', false], [30, '.2 30', true]]],
    ['with DO, which serves those without', 'prefetch 1', 80, [[0, '.1 80', true, DO], [73, '.1 7', true, DO], [80, '.2 73', false, DO], [80, '.2 73', false]]],
    ['with CD', 'prefetch 1', 80, [[0, '.1 80', true, CD], [73, '.1 7', true, CD], [80, '.2 73', false, CD], [80, '.3 80', true]]],
    ['after two hits', 'prefetch 2', 80, [[0, '.1 80', true], [73, '.1 7', false], [74, '.1 6', true], [75, '.2 79', false]]],
    ['after two hits without a gap', 'prefetch 2 10s', 80, [[0, '.1 80', true], [60, '.1 20', false], [73, '.1 7', false], [74, '.1 6', true]]],
    ['in the last half', 'prefetch 1 1m 50%', 60, [[0, '.1 60', true], [29, '.1 31', false], [30, '.1 30', true], [31, '.2 59', false]]],
  ])('%s', (_what, cache, ttl, rows) => {
    const world = tableWorld(cache);
    for (const [seconds, expected, asks, asking = { edns }] of rows) {
      world.pass(seconds * 1000 - world.now);
      const before = world.asks.length;
      const query = world.ask({ name: www, ...asking });
      expect(world.asks.length - before, `asked after ${seconds} s`).toBe(asks ? 1 : 0);
      if (asks) world.respond(answering(world.asks.length, ttl));
      expect(heard(world, query), `after ${seconds} s`).toBe(expected);
    }
  });

  it('asks once while an answer is awaited (TestPrefetchDedup)', () => {
    const world = tableWorld('prefetch 1');
    world.ask({ name: www });
    world.respond(answering(1, 80));
    world.pass(75_000);
    for (let hit = 0; hit < 50; hit += 1) world.ask({ name: www });
    expect(world.asks).toHaveLength(2);
  });
});
