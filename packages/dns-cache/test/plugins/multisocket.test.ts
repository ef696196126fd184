import { describe, expect, it } from 'vitest';
import { complaint, facilities, meaning } from '../support/directive.ts';
import { a, World } from '../support/world.ts';

describe('multisocket', () => {
  it('has as many threads as it says, or as there are processors', () => {
    expect(meaning('multisocket 3')).toEqual(['multisocket 3']);
    expect(meaning('multisocket', { processors: 8 })).toEqual(['multisocket 8']);
    expect(facilities('multisocket 2')).toMatchObject([{ kind: 'multisocket', threads: 2 }]);
  });

  it.each([
    ['multisocket 0', '2:13: num sockets can not be zero or negative: 0'],
    ['multisocket -1', '2:13: num sockets can not be zero or negative: -1'],
    ['multisocket 1025', '2:13: num sockets exceeds maximum (1024): 1025'],
    ['multisocket many', "2:13: the number of sockets is not a whole number: 'many'"],
    ['multisocket 1 2', '2:15: Wrong argument count'],
    ['multisocket\nmultisocket', "3:1: 'multisocket' can only be used once"],
    ['multisocket {\n x\n}', "3:2: 'multisocket' has no block of options"],
  ])('%j is refused', (directive, expected) => {
    expect(complaint(directive)).toContain(`Corefile:${expected}`);
  });
});

describe('one of several threads', () => {
  const corefile = '. {\n cache {\n success 1024\n denial 1024\n }\n forward . 192.0.2.1 {\n max_concurrent 5\n }\n}';

  it('has its part of the limits that hold for all', () => {
    const world = new World({ corefile, share: { threads: 2, own: 0, seed: 1 } });
    for (let number = 0; number < 4; number += 1) world.ask({ name: `n${number}.test` });
    expect(world.asks).toHaveLength(3);
    const alone = new World({ corefile });
    for (let number = 0; number < 6; number += 1) alone.ask({ name: `n${number}.test` });
    expect(alone.asks).toHaveLength(5);
  });

  it('keeps its part of the answers', () => {
    const world = new World({ corefile: corefile.replace('max_concurrent 5', ''), share: { threads: 2, own: 0, seed: 1 } });
    for (let number = 0; number < 600; number += 1) {
      world.ask({ name: `n${number}.test` });
      world.respond({ answers: [a(`n${number}.test.`, '192.0.2.1', 300)] });
    }
    const [cache] = world.server.caches.values();
    expect(cache?.store('success').size).toBe(512);
  });
});
