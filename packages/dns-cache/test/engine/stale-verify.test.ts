import { describe, expect, it } from 'vitest';
import { answering, expired, heard } from './coredns-timeline.ts';
import { www } from './support.ts';

describe('how long verify waits (TestServeFromStaleCacheVerifyTimeout)', () => {
  it.each([
    ['serve_stale 1h verify 100ms', 99, 'waits'],
    ['serve_stale 1h verify 100ms', 100, '.1 0'],
    ['serve_stale 1h verify 100ms 30s', 100, '.1 30'],
    ['serve_stale 1h verify 1800ms', 1799, 'waits'],
    // Without a timeout, as long as the upstreams may take.
    ['serve_stale 1h verify', 1000, 'waits'],
    ['serve_stale 1h verify', 6000, '.1 0'],
  ])('%j: after %i ms %s', (cache, ms, expected) => {
    const world = expired(cache, 90);
    const query = world.ask({ name: www });
    world.pass(ms);
    expect(heard(world, query)).toBe(expected);
  });

  it('a fast answer is told, a slow one kept for the next', () => {
    const world = expired('serve_stale 1h verify 100ms', 90);
    const fast = world.ask({ name: www });
    world.pass(50);
    world.respond(answering(2, 60));
    expect(heard(world, fast)).toBe('.2 60');
    world.pass(90_000);
    const slow = world.ask({ name: www });
    world.pass(100);
    world.respond(answering(3, 60));
    expect([heard(world, slow), heard(world, world.ask({ name: www }))]).toEqual(['.2 0', '.3 60']);
  });

  it.each(['serve_stale 1h verify', 'serve_stale 1h verify 500ms', 'serve_stale 1h verify 500ms 0s 30s'])(
    '%s: those who ask meanwhile wait for the same answer',
    (cache) => {
      const world = expired(cache, 90);
      const queries = [world.ask({ name: www }), world.ask({ name: www }), world.ask({ name: www })];
      expect(queries.map((query) => heard(world, query))).toEqual(['waits', 'waits', 'waits']);
      world.pass(100);
      world.respond(answering(2, 60));
      expect(queries.map((query) => heard(world, query))).toEqual(['.2 60', '.2 60', '.2 60']);
      expect(world.asks).toHaveLength(2);
    },
  );
});
