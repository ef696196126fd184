import { describe, expect, it } from 'vitest';
import { a, alias, soa, World } from '../support/world.ts';

const cached = (options = '') => `.:53 {
  cache 30 {
    ${options}
  }
  forward . 192.0.2.53
}`;

describe('a positive answer', () => {
  it('is asked for once, and its TTL goes down', () => {
    const world = new World({ corefile: cached() });
    const first = world.ask({ name: 'www.example.org' });
    world.respond({ answers: [a('www.example.org', '192.0.2.1', 20)] });
    world.pass(7_900);
    const second = world.ask({ name: 'WWW.example.org', id: 99 });
    expect(world.answer(first).answers[0]?.ttlSeconds).toBe(20);
    expect(world.answer(second)).toMatchObject({
      id: 99,
      authoritative: true,
      question: { name: 'WWW.example.org.' },
      answers: [{ name: 'WWW.example.org.', ttlSeconds: 13, data: { address: '192.0.2.1' } }],
    });
    world.pass(12_100);
    world.ask({ name: 'www.example.org' });
    expect(world.cacheSteps).toEqual(['miss', 'stored success 20', 'hit success', 'miss']);
  });
});

void alias;
void soa;
