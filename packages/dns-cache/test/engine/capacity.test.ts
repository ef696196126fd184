import { describe, expect, it } from 'vitest';
import { a } from '../support/world.ts';
import { cached } from './support.ts';

describe('capacity', () => {
  it('never holds more than it may, and lets the least recently used go', () => {
    // 1024 is the least: 256 shards of 4.
    const server = cached('cache 30 {\n success 1 30\n }');
    const name = (index: number): string => `n${index}.example.org.`;
    const fill = (index: number): void => {
      server.ask({ name: name(index) });
      server.respond({ answers: [a(name(index), '192.0.2.1', 30)] });
    };
    for (let index = 0; index < 1024; index += 1) fill(index);
    server.ask({ name: name(0) });
    fill(1024);
    const stored = server.effects.findLast((effect) => effect.kind === 'cache' && effect.outcome === 'stored');
    expect(stored).toMatchObject({ entries: 1024, evictions: 1 });
    server.ask({ name: name(0) });
    server.ask({ name: name(1) });
    expect(server.cacheSteps.slice(-2)).toEqual(['hit success', 'miss']);
  });
});
