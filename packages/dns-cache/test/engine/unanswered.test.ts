import { describe, expect, it } from 'vitest';
import { heard, tableWorld } from './coredns-timeline.ts';
import { www } from './support.ts';

describe('that nobody answered', () => {
  it.each([
    ['', 'SERVFAIL', 'hit denial'],
    ['disable denial example.net', 'SERVFAIL', 'hit denial'],
    ['disable denial', 'waits', 'miss'],
    ['disable denial example.org', 'waits', 'miss'],
    ['servfail 0', 'waits', 'miss'],
  ])('is kept for a second unless denials are not: %j', (cache, expected, step) => {
    const world = tableWorld(cache);
    const query = world.ask({ name: www });
    for (let waited = 0; world.rawAnswer(query) === undefined && waited < 10_000; waited += 100) world.pass(100);
    expect(heard(world, query)).toBe('SERVFAIL');
    expect(heard(world, world.ask({ name: www }))).toBe(expected);
    expect(world.cacheSteps.at(-1)).toBe(step);
  });
});
