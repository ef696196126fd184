import { describe, expect, it } from 'vitest';
import { answering, expired, heard } from './coredns-timeline.ts';
import { nxdomain, www } from './support.ts';

describe('serve_stale (TestServeFromStaleCache, TestServeFromStaleCacheResponseTTL)', () => {
  it.each<readonly [string, number, string, string]>([
    ['', 30 * 60, www, 'waits'],
    ['', 70 * 60, www, 'waits'],
    ['serve_stale', 30 * 60, www, '.1 0'],
    ['serve_stale', 70 * 60, www, 'waits'],
    ['serve_stale', 30 * 60, 'other.example.org.', 'waits'],
    ['serve_stale', 70 * 60, 'other.example.org.', 'waits'],
    // Stale from the end of its life on, to the end of the duration.
    ['serve_stale', 59, www, '.1 1'],
    ['serve_stale', 60, www, '.1 0'],
    ['serve_stale', 60 + 3599, www, '.1 0'],
    ['serve_stale', 60 + 3600, www, 'waits'],
    ['serve_stale 0', 60, www, 'waits'],
    ['serve_stale 1h immediate 30s', 59, www, '.1 1'],
    ['serve_stale 1h immediate 30s', 60, www, '.1 30'],
    ['serve_stale 1h immediate 30s', 1800, www, '.1 30'],
    ['serve_stale 1h immediate 30s\n keepttl', 1800, www, '.1 30'],
    ['serve_stale 1h\n keepttl', 1800, www, '.1 60'],
    ['serve_stale 1h immediate 120s', 1800, www, '.1 120'],
    ['serve_stale 1h verify', 1800, www, 'waits'],
    ['serve_stale 1h verify 0s 30s', 1800, www, 'waits'],
  ])('%j after %i s, %s: %s', (cache, seconds, name, expected) => {
    const world = expired(cache, seconds);
    expect(heard(world, world.ask({ name }))).toBe(expected);
  });
});

describe('serve_stale_policy prefer_positive', () => {
  const denial = nxdomain(60, 60);
  const verify = 'serve_stale 1h verify\n serve_stale_policy prefer_positive';
  const immediate = 'serve_stale 1h\n serve_stale_policy prefer_positive';

  it.each([
    [immediate, 'an expired answer is served before a denial that is good', '.1 0'],
    ['serve_stale 1h', 'without it the denial is', 'NXDOMAIN'],
  ])('%j: %s', (cache, _what, expected) => {
    const world = expired(cache, 90);
    world.ask({ name: www });
    world.respond(denial);
    expect(heard(world, world.ask({ name: www }))).toBe(expected);
  });

  it('a new answer ends it', () => {
    const world = expired(immediate, 90);
    world.ask({ name: www });
    world.respond(denial);
    world.ask({ name: www });
    world.respond(answering(2, 60));
    expect(heard(world, world.ask({ name: www }))).toBe('.2 60');
  });

  it('the denial is served once the answer is too old', () => {
    const world = expired(verify.replace('1h', '60s'), 110);
    world.ask({ name: www });
    world.respond(denial);
    world.pass(20_000);
    expect(heard(world, world.ask({ name: www }))).toBe('NXDOMAIN');
  });
});
