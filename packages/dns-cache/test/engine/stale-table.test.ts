import type { QueryOptions, ResponseOptions } from '@nodelocal/dns-cache';
import { describe, expect, it } from 'vitest';
import { a, soa, World } from '../support/world.ts';

/*
 * CoreDNS's tables of prefetching and of stale answers (plugin/cache/{prefetch,cache,serve_stale_recheck}_test.go), as
 * timelines: at a time somebody asks, and hears an address with a TTL, or waits.
 */

const www = 'www.example.org.';
type Response = Omit<ResponseOptions, 'id' | 'question'>;
type Asking = Partial<QueryOptions>;

/** The upstream's next answer: each has another address, so that one sees which it is. */
const answering = (count: number, ttlSeconds: number): Response => ({ answers: [a(www, `192.0.2.${count}`, ttlSeconds)] });

/** `.1 30`: the last octet of the address and the TTL; or the response code; or that there is no answer yet. */
const heard = (world: World, query: number): string => {
  if (world.rawAnswer(query) === undefined) return 'waits';
  const { rcode, answers } = world.answer(query);
  const [first] = answers;
  if (first?.data.kind !== 'address') return rcode;
  return `.${first.data.address.split('.').at(-1) ?? ''} ${first.ttlSeconds}`;
};

const worldOf = (cache: string): World =>
  new World({ corefile: `. {\n cache {\n success 9984 3600 0\n denial 9984 1800 0\n ${cache}\n }\n forward . 192.0.2.53 {\n max_fails 0\n }\n}` });

describe('prefetch (TestPrefetch)', () => {
  const edns = { udpPayloadSize: 512 };
  const DO = { edns: { ...edns, dnssecOk: true } };
  const CD = { edns, checkingDisabled: true };
  type Row = readonly [seconds: number, heard: string, asks: boolean, asking?: Asking];
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
    const world = worldOf(cache);
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
    const world = worldOf('prefetch 1');
    world.ask({ name: www });
    world.respond(answering(1, 80));
    world.pass(75_000);
    for (let hit = 0; hit < 50; hit += 1) world.ask({ name: www });
    expect(world.asks).toHaveLength(2);
  });
});

/** A minute's answer, then so long a wait; the upstream says what it says from then on. */
const expired = (cache: string, seconds: number, first: Response = answering(1, 60), asking: Asking = {}): World => {
  const world = worldOf(cache);
  world.ask({ name: www, ...asking });
  world.respond(first);
  world.pass(seconds * 1000);
  return world;
};

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
    ['serve_stale 1h immediate 120s', 1800, www, '.1 120'],
    ['serve_stale 1h verify', 1800, www, 'waits'],
    ['serve_stale 1h verify 0s 30s', 1800, www, 'waits'],
  ])('%j after %i s, %s: %s', (cache, seconds, name, expected) => {
    const world = expired(cache, seconds);
    expect(heard(world, world.ask({ name }))).toBe(expected);
  });
});

const FAILURES: readonly (readonly [string, Response])[] = [
  ['SERVFAIL', { rcode: 'SERVFAIL' }],
  ['REFUSED', { rcode: 'REFUSED' }],
  ['NOTIMP', { rcode: 'NOTIMP' }],
  ['a CNAME that leads nowhere', { answers: [{ name: www, type: 'CNAME', ttlSeconds: 60, data: { kind: 'name', name: 'x.example.org.' } }] }],
];

const NEWS: readonly (readonly [string, Response, string])[] = [
  ['an answer', answering(2, 60), '.2 60'],
  ['NXDOMAIN', { rcode: 'NXDOMAIN', authorities: [soa('example.org.', 60, 60)] }, 'NXDOMAIN'],
  ['no data', { authorities: [soa('example.org.', 60, 60)] }, 'NOERROR'],
];

describe('what the upstream says of an expired entry (TestServeFromStaleCacheFetchVerify)', () => {
  it.each(FAILURES)('verify, %s: the stale answer', (_what, response) => {
    const world = expired('serve_stale 1h verify', 90);
    const query = world.ask({ name: www });
    world.respond(response);
    expect(heard(world, query)).toBe('.1 0');
  });

  it.each(FAILURES)('immediate, %s: still there', (_what, response) => {
    const world = expired('serve_stale', 90);
    world.ask({ name: www });
    world.respond(response);
    expect(heard(world, world.ask({ name: www }))).toBe('.1 0');
  });

  it.each(NEWS)('verify, %s: told, and kept', (_what, response, expected) => {
    const world = expired('serve_stale 1h verify', 90);
    const query = world.ask({ name: www });
    world.respond(response);
    expect(heard(world, query)).toBe(expected);
    expect(heard(world, world.ask({ name: www }))).toBe(expected);
    expect(world.asks).toHaveLength(2);
  });

  it.each(NEWS)('immediate, %s: kept', (_what, response, expected) => {
    const world = expired('serve_stale', 90);
    expect(heard(world, world.ask({ name: www }))).toBe('.1 0');
    world.respond(response);
    expect(heard(world, world.ask({ name: www }))).toBe(expected);
  });

  it('a stale denial is served as an answer is', () => {
    const world = expired('serve_stale 1h verify', 90, { rcode: 'NXDOMAIN', authorities: [soa('example.org.', 60, 60)] });
    const query = world.ask({ name: www });
    world.respond({ rcode: 'SERVFAIL' });
    expect(heard(world, query)).toBe('NXDOMAIN');
  });

  it('a SERVFAIL is never stale', () => {
    const world = expired('serve_stale 1h immediate', 90, { rcode: 'SERVFAIL' });
    expect(heard(world, world.ask({ name: www }))).toBe('waits');
  });

  // CoreDNS serves the stale answer instead, to clients over UDP for as long as the answer is too large for them.
  it('verify, a truncated answer: told, and the stale one stays for a failure over TCP', () => {
    const world = expired('serve_stale 1h verify', 90);
    const cut = world.ask({ name: www });
    world.respond({ ...answering(2, 60), truncated: true });
    expect(world.answer(cut).truncated).toBe(true);
    const again = world.ask({ name: www }, 'tcp');
    world.respond({ rcode: 'SERVFAIL' });
    expect(heard(world, again)).toBe('.1 0');
  });

  it('immediate, a truncated answer: the stale one stays', () => {
    const world = expired('serve_stale', 90);
    world.ask({ name: www });
    world.respond({ ...answering(2, 60), truncated: true });
    expect(heard(world, world.ask({ name: www }))).toBe('.1 0');
  });
});

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

describe('FAILURE_RECHECK (serve_stale_recheck_test.go)', () => {
  const nxdomain: Response = { rcode: 'NXDOMAIN', authorities: [soa('example.org.', 60, 60)] };
  it.each<readonly [string, Response, string]>([
    ['serve_stale 1h immediate 30s 30s', answering(1, 60), '.1 30'],
    ['serve_stale 1h immediate 30s 30s', nxdomain, 'NXDOMAIN'],
    ['serve_stale 1h verify 0s 30s 30s', answering(1, 60), '.1 30'],
    ['serve_stale 1h verify 0s 30s 30s', nxdomain, 'NXDOMAIN'],
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

describe('serve_stale_policy prefer_positive', () => {
  const denial: Response = { rcode: 'NXDOMAIN', authorities: [soa('example.org.', 60, 60)] };
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

describe('that nobody answered', () => {
  it.each([
    ['', 'SERVFAIL', 'hit denial'],
    ['disable denial example.net', 'SERVFAIL', 'hit denial'],
    ['disable denial', 'waits', 'miss'],
    ['disable denial example.org', 'waits', 'miss'],
    ['servfail 0', 'waits', 'miss'],
  ])('is kept for a second unless denials are not: %j', (cache, expected, step) => {
    const world = worldOf(cache);
    const query = world.ask({ name: www });
    for (let waited = 0; world.rawAnswer(query) === undefined && waited < 10_000; waited += 100) world.pass(100);
    expect(heard(world, query)).toBe('SERVFAIL');
    expect(heard(world, world.ask({ name: www }))).toBe(expected);
    expect(world.cacheSteps.at(-1)).toBe(step);
  });
});
