import { describe, expect, it } from 'vitest';
import { a, soa, World } from '../support/world.ts';

const www = 'www.example.org.';
const SECOND = 1000;
const edns = { udpPayloadSize: 1232 };

const world = (options: string): World =>
  new World({ corefile: `. {\n cache 30 {\n ${options}\n }\n forward . 192.0.2.53\n}` });

/** A name that was answered once, and whose answer expired ten seconds ago. */
const expired = (options: string): World => {
  const made = world(options);
  made.ask({ name: www });
  made.respond({ answers: [a(www, '192.0.2.1', 20)] });
  made.pass(30 * SECOND);
  return made;
};

describe('serve_stale immediate', () => {
  it('answers with what has expired, says so, and asks once on behalf of all', () => {
    const server = expired('serve_stale');
    const queries = [server.ask({ name: www, edns }), server.ask({ name: www }), server.ask({ name: www })];
    for (const query of queries) {
      expect(server.answer(query)).toMatchObject({ rcode: 'NOERROR', answers: [{ ttlSeconds: 0 }] });
    }
    expect(server.rawAnswer(queries[0] ?? 0)).toSatisfy((bytes: Uint8Array) => endsWithStaleError(bytes));
    expect(server.asks).toHaveLength(2);
    expect(server.cacheSteps.slice(-4)).toEqual(['stale success', 'refresh', 'stale success', 'stale success']);
    expect(server.lastAsk.transport).toBe('tcp');
    server.respond({ answers: [a(www, '192.0.2.2', 20)] });
    const fresh = server.ask({ name: www });
    expect(server.answer(fresh).answers).toMatchObject([{ ttlSeconds: 20, data: { address: '192.0.2.2' } }]);
  });

  it('tells the TTL that is configured', () => {
    const server = expired('serve_stale 1h immediate 30s');
    expect(server.answer(server.ask({ name: www })).answers).toMatchObject([{ ttlSeconds: 30 }]);
  });

  it.each(['SERVFAIL', 'REFUSED'] as const)('a refresh that gives %s leaves the expired entry', (rcode) => {
    const server = expired('serve_stale');
    server.ask({ name: www });
    server.respond({ rcode });
    expect(server.answer(server.ask({ name: www }))).toMatchObject({ rcode: 'NOERROR', answers: [{}] });
  });

  it('a refresh that gives NXDOMAIN takes its place', () => {
    const server = expired('serve_stale');
    server.ask({ name: www });
    server.respond({ rcode: 'NXDOMAIN', authorities: [soa('example.org.', 60, 60)] });
    expect(server.answer(server.ask({ name: www })).rcode).toBe('NXDOMAIN');
  });

  it('prefer_positive keeps an answer before a denial', () => {
    const server = expired('serve_stale\n serve_stale_policy prefer_positive');
    server.ask({ name: www });
    server.respond({ rcode: 'NXDOMAIN', authorities: [soa('example.org.', 60, 60)] });
    expect(server.answer(server.ask({ name: www }))).toMatchObject({ rcode: 'NOERROR', answers: [{}] });
  });

  it('after a refresh that failed nobody asks again before the recheck time', () => {
    const server = expired('serve_stale 1h immediate 0s 10s');
    server.ask({ name: www });
    server.respond({ rcode: 'SERVFAIL' });
    const asked = server.asks.length;
    server.pass(9 * SECOND);
    server.ask({ name: www });
    expect(server.asks).toHaveLength(asked);
    server.pass(SECOND);
    server.ask({ name: www });
    expect(server.asks).toHaveLength(asked + 1);
  });

  it('ends with the duration', () => {
    const server = expired('serve_stale 10s');
    const query = server.ask({ name: www });
    expect(server.rawAnswer(query)).toBeUndefined();
    expect(server.cacheSteps.at(-1)).toBe('miss');
  });

  it('serves an expired denial too', () => {
    const server = world('serve_stale');
    server.ask({ name: www });
    server.respond({ rcode: 'NXDOMAIN', authorities: [soa('example.org.', 20, 20)] });
    server.pass(25 * SECOND);
    expect(server.answer(server.ask({ name: www }))).toMatchObject({ rcode: 'NXDOMAIN', authorities: [{ ttlSeconds: 0 }] });
  });
});

describe('serve_stale verify', () => {
  it('waits for the upstream, and passes on what is new', () => {
    const server = expired('serve_stale 1h verify');
    const query = server.ask({ name: www });
    expect(server.rawAnswer(query)).toBeUndefined();
    server.respond({ answers: [a(www, '192.0.2.2', 20)] });
    expect(server.answer(query).answers).toMatchObject([{ ttlSeconds: 20, data: { address: '192.0.2.2' } }]);
  });

  it('serves the expired entry once the upstream failed', () => {
    const server = expired('serve_stale 1h verify');
    const query = server.ask({ name: www });
    server.pass(5 * SECOND);
    expect(server.answer(query)).toMatchObject({ rcode: 'NOERROR', answers: [{ data: { address: '192.0.2.1' } }] });
  });

  it('serves it once the timeout has passed, and still keeps what comes later', () => {
    const server = expired('serve_stale 1h verify 200ms 5s');
    const query = server.ask({ name: www });
    const ask = server.lastAsk;
    server.pass(200);
    expect(server.answer(query).answers).toMatchObject([{ ttlSeconds: 5 }]);
    server.respond({ answers: [a(www, '192.0.2.2', 20)] }, ask);
    const later = server.ask({ name: www });
    expect(server.answer(later).answers).toMatchObject([{ data: { address: '192.0.2.2' } }]);
    expect(server.effects.filter((effect) => effect.kind === 'answer' && effect.query === query)).toHaveLength(1);
  });
});

/** OPT with option 15 (extended error), code 3 (stale answer), at the end of the message. */
const endsWithStaleError = (bytes: Uint8Array): boolean =>
  Buffer.from(bytes.subarray(-8)).equals(Buffer.from([0, 6, 0, 15, 0, 2, 0, 3]));
