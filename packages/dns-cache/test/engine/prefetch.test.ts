import { describe, expect, it } from 'vitest';
import { a, soa, World } from '../support/world.ts';

const www = 'www.example.org.';
const SECOND = 1000;

const answered = (options: string, ttlSeconds = 30): World => {
  const server = new World({ corefile: `. {\n cache {\n ${options}\n }\n forward . 192.0.2.53\n}` });
  server.ask({ name: www });
  server.respond({ answers: [a(www, '192.0.2.1', ttlSeconds)] });
  return server;
};

describe('prefetch', () => {
  it('asks once for a popular entry at the end of its life; clients never wait', () => {
    const server = answered('prefetch 3');
    for (let hit = 0; hit < 3; hit += 1) server.ask({ name: www });
    expect(server.asks).toHaveLength(1);
    server.pass(27 * SECOND);
    const queries = [server.ask({ name: www }), server.ask({ name: www })];
    expect(server.asks).toHaveLength(2);
    for (const query of queries) expect(server.answer(query).answers).toMatchObject([{ ttlSeconds: 3 }]);
    server.respond({ answers: [a(www, '192.0.2.2', 30)] });
    expect(server.answer(server.ask({ name: www })).answers).toMatchObject([{ ttlSeconds: 30 }]);
  });

  it('leaves an entry that is not popular, or was not asked for in a while', () => {
    const server = answered('prefetch 3 10s', 60);
    for (let hit = 0; hit < 3; hit += 1) server.ask({ name: www });
    server.pass(56 * SECOND);
    server.ask({ name: www });
    expect(server.asks).toHaveLength(1);
  });

  it('begins where the percentage says', () => {
    const server = answered('prefetch 1 1m 50%');
    server.pass(14 * SECOND);
    server.ask({ name: www });
    expect(server.asks).toHaveLength(1);
    server.pass(SECOND);
    server.ask({ name: www });
    expect(server.asks).toHaveLength(2);
  });

  it('keeps the old answer where the upstream fails', () => {
    const server = answered('prefetch 1');
    server.pass(28 * SECOND);
    server.ask({ name: www });
    server.respond({ rcode: 'SERVFAIL' });
    expect(server.answer(server.ask({ name: www }))).toMatchObject({ rcode: 'NOERROR', answers: [{ ttlSeconds: 2 }] });
  });

  it('takes a failure in the place of a failure, so that it is asked for once', () => {
    const server = new World({ corefile: '. {\n cache {\n prefetch 1\n servfail 30s\n }\n forward . 192.0.2.53\n}' });
    server.ask({ name: www });
    server.respond({ rcode: 'SERVFAIL' });
    server.pass(28 * SECOND);
    server.ask({ name: www });
    server.respond({ rcode: 'SERVFAIL' });
    expect(server.answer(server.ask({ name: www })).rcode).toBe('SERVFAIL');
    server.pass(20 * SECOND);
    expect(server.answer(server.ask({ name: www })).rcode).toBe('SERVFAIL');
    expect(server.asks).toHaveLength(2);
  });

  it('keeps an entry popular over its refresh', () => {
    const server = answered('prefetch 2');
    server.ask({ name: www });
    server.ask({ name: www });
    for (let round = 0; round < 3; round += 1) {
      server.pass(28 * SECOND);
      server.ask({ name: www });
      expect(server.asks).toHaveLength(round + 2);
      server.respond({ answers: [a(www, '192.0.2.1', 30)] });
    }
  });
});

describe('keepttl and disable', () => {
  it('keepttl tells the TTL that came', () => {
    const server = answered('keepttl');
    server.pass(20 * SECOND);
    expect(server.answer(server.ask({ name: www })).answers).toMatchObject([{ ttlSeconds: 30 }]);
    server.pass(10 * SECOND);
    server.ask({ name: www });
    expect(server.cacheSteps.at(-1)).toBe('miss');
  });

  it.each([
    ['disable success', 2],
    ['disable success example.org', 2],
    ['disable success example.net', 1],
    ['disable denial', 1],
  ])('%s: the upstream is asked %i times', (option, times) => {
    const server = answered(option);
    server.ask({ name: www });
    expect(server.asks).toHaveLength(times);
  });
});

describe('max_bytes', () => {
  it('bounds what a store holds, the least recently used going first', () => {
    const server = new World({ corefile: '. {\n cache {\n max_bytes 20000\n }\n forward . 192.0.2.53\n}' });
    for (let index = 0; index < 200; index += 1) {
      server.ask({ name: `n${index}.example.org.` });
      server.respond({ answers: [a(`n${index}.example.org.`, '192.0.2.1', 30)] });
    }
    const stored = server.effects.findLast((effect) => effect.kind === 'cache' && effect.outcome === 'stored');
    expect(stored).toMatchObject({ evictions: 1 });
    server.ask({ name: 'n199.example.org.' });
    server.ask({ name: 'n0.example.org.' });
    expect(server.cacheSteps.slice(-2)).toEqual(['hit success', 'miss']);
  });
});

describe('negative_ttl', () => {
  it.each([
    ['rfc2308', 7],
    ['record', 60],
  ])('%s', (rule, seconds) => {
    const server = new World({
      corefile: `. {\n cache {\n negative_ttl ${rule}\n }\n forward . 192.0.2.53\n}`,
    });
    server.ask({ name: www });
    server.respond({ rcode: 'NXDOMAIN', authorities: [soa('example.org.', 60, 7)] });
    expect(server.cacheSteps.at(-1)).toBe(`stored denial ${seconds}`);
  });
});

describe('a failure', () => {
  it('is remembered for a second, with its reason', () => {
    const server = new World({ corefile: '. {\n cache\n forward . 192.0.2.53\n}' });
    server.ask({ name: www });
    server.pass(10 * SECOND);
    const asked = server.asks.length;
    const query = server.ask({ name: www });
    expect(server.asks.length).toBeGreaterThan(asked);
    server.fail('refused');
    while (server.rawAnswer(query) === undefined) server.fail('refused');
    const again = server.ask({ name: www });
    expect(server.answer(again).rcode).toBe('SERVFAIL');
    const before = server.asks.length;
    server.pass(SECOND);
    server.ask({ name: www });
    expect(server.asks).toHaveLength(before + 1);
  });
});

