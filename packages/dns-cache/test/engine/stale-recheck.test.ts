import { describe, expect, it } from 'vitest';
import { answering, expired, heard } from './coredns-timeline.ts';
import { nxdomain, www } from './support.ts';
import type { Response } from './support.ts';

describe('FAILURE_RECHECK (serve_stale_recheck_test.go)', () => {
  const denial = nxdomain(60, 60);
  it.each<readonly [string, Response, string]>([
    ['serve_stale 1h immediate 30s 30s', answering(1, 60), '.1 30'],
    ['serve_stale 1h immediate 30s 30s', denial, 'NXDOMAIN'],
    ['serve_stale 1h verify 0s 30s 30s', answering(1, 60), '.1 30'],
    ['serve_stale 1h verify 0s 30s 30s', denial, 'NXDOMAIN'],
    ['serve_stale 1h verify 100ms 30s 30s', answering(1, 60), '.1 30'],
  ])('%s: after a failure nobody asks for 30 s', (cache, first, expected) => {
    const world = expired(cache, 90, first);
    const query = world.ask({ name: www });
    expect(world.asks).toHaveLength(2);
    world.respond({ rcode: 'SERVFAIL' });
    expect(heard(world, query)).toBe(expected);
    world.pass(29_999);
    expect(heard(world, world.ask({ name: www }))).toBe(expected);
    expect(world.asks).toHaveLength(2);
    world.pass(1);
    world.ask({ name: www });
    expect(world.asks).toHaveLength(3);
  });

  it.each([
    ['serve_stale 1h immediate', 3],
    ['serve_stale 1h verify', 3],
  ])('%s: without it each query asks', (cache, asks) => {
    const world = expired(cache, 90);
    for (let round = 0; round < 2; round += 1) {
      world.ask({ name: www });
      world.respond({ rcode: 'SERVFAIL' });
    }
    expect(world.asks).toHaveLength(asks);
  });

  it('a verify that outlasts its timeout and then fails counts as a failure', () => {
    const world = expired('serve_stale 1h verify 10ms 0s 30s', 90);
    world.ask({ name: www });
    world.pass(10);
    world.respond({ rcode: 'SERVFAIL' });
    expect(heard(world, world.ask({ name: www }))).toBe('.1 0');
    expect(world.asks).toHaveLength(2);
  });
});
