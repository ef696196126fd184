import type { ResponseOptions } from '@nodelocal/dns-cache';
import { describe, expect, it } from 'vitest';
import { a, alias, soa, World } from '../support/world.ts';

type Response = Omit<ResponseOptions, 'id' | 'question'>;

const corefile = (cache: string): string => `. {
  ${cache}
  forward . 192.0.2.53 {
    max_fails 0
  }
}`;

/** A step of a timeline: ask (and let the upstream respond if it is asked), or let time pass. */
type Step =
  | { readonly ask: string; readonly respond?: Response; readonly ttls?: readonly number[]; readonly rcode?: string }
  | { readonly passMs: number };

interface Timeline {
  readonly what: string;
  readonly cache?: string;
  readonly steps: readonly Step[];
  readonly cacheSteps: readonly string[];
}

const www = 'www.example.org.';
const positive = (ttl: number): Response => ({ answers: [a(www, '192.0.2.1', ttl)] });
const nxdomain = (ttl: number, minimum: number): Response => ({
  rcode: 'NXDOMAIN',
  authorities: [soa('example.org.', ttl, minimum)],
});
const nodata = (ttl: number, minimum: number): Response => ({ authorities: [soa('example.org.', ttl, minimum)] });

const TIMELINES: readonly Timeline[] = [
  {
    what: 'a TTL goes down, and the entry is gone when it has run out',
    steps: [
      { ask: www, respond: positive(20), ttls: [20] },
      { passMs: 7900 },
      { ask: www, ttls: [13] },
      { passMs: 12_099 },
      { ask: www, ttls: [1] },
      { passMs: 1 },
      { ask: www, respond: positive(20), ttls: [20] },
    ],
    cacheSteps: ['miss', 'stored success 20', 'hit success', 'hit success', 'miss', 'stored success 20'],
  },
  {
    what: 'the cap of `cache 30` holds in the first answer too',
    steps: [
      { ask: www, respond: positive(3600), ttls: [30] },
      { passMs: 29_999 },
      { ask: www, ttls: [1] },
      { passMs: 1 },
      { ask: www, respond: positive(3600), ttls: [30] },
    ],
    cacheSteps: ['miss', 'stored success 30', 'hit success', 'miss', 'stored success 30'],
  },
  {
    what: 'a TTL of 0 is raised to the floor of 5 s',
    steps: [{ ask: www, respond: positive(0), ttls: [5] }, { passMs: 4000 }, { ask: www, ttls: [1] }],
    cacheSteps: ['miss', 'stored success 5', 'hit success'],
  },
  {
    what: 'with MINTTL 0 a TTL of 0 is not kept',
    cache: 'cache 30 {\n success 9984 30 0\n }',
    steps: [
      { ask: www, respond: positive(0), ttls: [0] },
      { ask: www, respond: positive(0), ttls: [0] },
    ],
    cacheSteps: ['miss', 'miss'],
  },
  {
    what: 'the cap of the denial store, the lesson’s 5 s',
    cache: 'cache {\n success 9984 30\n denial 9984 5\n }',
    steps: [
      { ask: www, respond: nxdomain(3600, 3600), ttls: [5], rcode: 'NXDOMAIN' },
      { passMs: 4999 },
      { ask: www, ttls: [1], rcode: 'NXDOMAIN' },
      { passMs: 1 },
      { ask: www, respond: nodata(3600, 3600), ttls: [5], rcode: 'NOERROR' },
    ],
    cacheSteps: ['miss', 'stored denial 5', 'hit denial', 'miss', 'stored denial 5'],
  },
  {
    what: 'a denial lives for the SOA’s MINIMUM where that is less (RFC 2308 §5)',
    steps: [{ ask: www, respond: nxdomain(900, 10), ttls: [10] }, { passMs: 3000 }, { ask: www, ttls: [7] }],
    cacheSteps: ['miss', 'stored denial 10', 'hit denial'],
  },
  {
    what: 'a denial lives for the SOA’s own TTL where that is less (RFC 2308 §3)',
    steps: [{ ask: www, respond: nodata(8, 900), ttls: [8] }, { passMs: 7000 }, { ask: www, ttls: [1] }],
    cacheSteps: ['miss', 'stored denial 8', 'hit denial'],
  },
  {
    what: 'no SOA: neither NXDOMAIN nor an empty answer is kept',
    steps: [
      { ask: www, respond: { rcode: 'NXDOMAIN' }, rcode: 'NXDOMAIN' },
      { ask: www, respond: {}, rcode: 'NOERROR' },
      { ask: www, respond: {}, rcode: 'NOERROR' },
    ],
    cacheSteps: ['miss', 'miss', 'miss'],
  },
  {
    what: 'the SOA of a zone that the name is not in denies nothing',
    steps: [
      { ask: www, respond: { authorities: [soa('victim.test.', 60, 60)] } },
      { ask: www, respond: {} },
    ],
    cacheSteps: ['miss', 'miss'],
  },
  {
    what: 'a CNAME to a name without data is a denial, by the SOA of the target’s zone',
    steps: [
      {
        ask: www,
        respond: { answers: [alias(www, 'web.example.net.', 25)], authorities: [soa('example.net.', 20, 15)] },
        ttls: [25, 15],
      },
      { passMs: 5000 },
      { ask: www, ttls: [20, 10] },
    ],
    cacheSteps: ['miss', 'stored denial 15', 'hit denial'],
  },
  {
    what: 'a CNAME that leads nowhere and says no SOA is not kept',
    steps: [
      { ask: www, respond: { answers: [alias(www, 'web.example.net.', 25)] } },
      { ask: www, respond: {} },
    ],
    cacheSteps: ['miss', 'miss'],
  },
  {
    what: 'a CNAME to a name that does not exist is passed on, not kept',
    steps: [
      {
        ask: www,
        respond: {
          rcode: 'NXDOMAIN',
          answers: [alias(www, 'x.example.org.', 25)],
          authorities: [soa('example.org.', 20, 15)],
        },
        rcode: 'NXDOMAIN',
      },
      { ask: www, respond: {} },
    ],
    cacheSteps: ['miss', 'miss'],
  },
  {
    what: 'each record is told its own TTL; the least ends the entry',
    steps: [
      {
        ask: www,
        respond: { answers: [alias(www, 'web.example.org.', 25), a('web.example.org.', '192.0.2.9', 10)] },
        ttls: [25, 10],
      },
      { passMs: 9000 },
      { ask: www, ttls: [16, 1] },
      { passMs: 1000 },
      { ask: www, respond: positive(9), ttls: [9] },
    ],
    cacheSteps: ['miss', 'stored success 10', 'hit success', 'miss', 'stored success 9'],
  },
  {
    what: 'SERVFAIL is kept for 5 s',
    steps: [
      { ask: www, respond: { rcode: 'SERVFAIL' }, rcode: 'SERVFAIL' },
      { passMs: 4999 },
      { ask: www, rcode: 'SERVFAIL' },
      { passMs: 1 },
      { ask: www, respond: positive(9), ttls: [9] },
    ],
    cacheSteps: ['miss', 'stored denial 5', 'hit denial', 'miss', 'stored success 9'],
  },
  {
    what: '`servfail 0` does not keep it',
    cache: 'cache {\n servfail 0\n }',
    steps: [
      { ask: www, respond: { rcode: 'SERVFAIL' } },
      { ask: www, respond: { rcode: 'SERVFAIL' } },
    ],
    cacheSteps: ['miss', 'miss'],
  },
  {
    what: 'REFUSED and FORMERR are passed on, not kept',
    steps: [
      { ask: www, respond: { rcode: 'REFUSED' }, rcode: 'REFUSED' },
      { ask: www, respond: { rcode: 'FORMERR' }, rcode: 'FORMERR' },
    ],
    cacheSteps: ['miss', 'miss'],
  },
  {
    what: 'a truncated answer is passed on, not kept',
    steps: [
      { ask: www, respond: { ...positive(20), truncated: true } },
      { ask: www, respond: positive(20) },
    ],
    cacheSteps: ['miss', 'miss', 'stored success 20'],
  },
  {
    what: 'a delegation is kept for 5 s',
    steps: [
      {
        ask: www,
        respond: {
          authorities: [
            { name: 'example.org.', type: 'NS', ttlSeconds: 3600, data: { kind: 'name', name: 'ns.example.org.' } },
          ],
        },
      },
      { passMs: 4999 },
      { ask: www },
    ],
    cacheSteps: ['miss', 'stored success 5', 'hit success'],
  },
];

describe('a timeline of the cache', () => {
  it.each(TIMELINES)('$what', ({ cache = 'cache 30', steps, cacheSteps }) => {
    const world = new World({ corefile: corefile(cache) });
    for (const step of steps) {
      if ('passMs' in step) {
        world.pass(step.passMs);
        continue;
      }
      const asked = world.asks.length;
      const query = world.ask({ name: step.ask });
      expect(world.asks.length - asked, 'upstream asked').toBe(step.respond === undefined ? 0 : 1);
      if (step.respond !== undefined) world.respond(step.respond);
      const answer = world.answer(query);
      expect(answer.rcode).toBe(step.rcode ?? answer.rcode);
      if (step.ttls === undefined) continue;
      const records = [...answer.answers, ...answer.authorities, ...answer.additionals];
      expect(records.map(({ ttlSeconds }) => ttlSeconds)).toEqual(step.ttls);
    }
    expect(world.cacheSteps).toEqual(cacheSteps);
  });
});

describe('who shares an answer', () => {
  const world = (): World => {
    const made = new World({ corefile: corefile('cache 30') });
    made.ask({ name: www });
    made.respond({ ...positive(20), authenticated: true });
    return made;
  };

  it.each([
    ['another spelling', { name: 'WwW.eXample.ORG' }, true],
    ['another ID', { name: www, id: 1 }, true],
    ['RD=0', { name: www, recursionDesired: false }, true],
    ['AD=1', { name: www, authenticated: true }, true],
    ['EDNS without DO', { name: www, edns: { udpPayloadSize: 1232 } }, true],
    ['DO=1', { name: www, edns: { udpPayloadSize: 1232, dnssecOk: true } }, false],
    ['CD=1', { name: www, checkingDisabled: true }, false],
    ['another type', { name: www, type: 'AAAA' }, false],
    ['another class', { name: www, class: 'CH' }, false],
    ['a name that differs by a dot within a label', { name: 'www\\.example.org' }, false],
  ])('%s', (_what, options, shared) => {
    const server = world();
    server.ask(options);
    expect(server.cacheSteps.at(-1)).toBe(shared ? 'hit success' : 'miss');
  });

  it('an answer to RD=0 serves no query with RD=1, and does not take the place of one that does', () => {
    const server = new World({ corefile: corefile('cache 30') });
    server.ask({ name: www, recursionDesired: false });
    server.respond(positive(20));
    server.ask({ name: www, recursionDesired: false });
    server.ask({ name: www });
    server.respond(positive(20));
    expect(server.cacheSteps).toEqual(['miss', 'stored success 20', 'hit success', 'miss', 'stored success 20']);
    server.ask({ name: www });
    expect(server.cacheSteps.at(-1)).toBe('hit success');
  });

  it('AD is told to those who set AD or DO, and asked of the upstream for all', () => {
    const server = world();
    expect(server.asks.map(({ message }) => (message[3] ?? 0) & 0x20)).toEqual([0x20]);
    const plain = server.ask({ name: www });
    const aware = server.ask({ name: www, authenticated: true });
    expect([server.answer(plain).authenticated, server.answer(aware).authenticated]).toEqual([false, true]);
  });

  it('AA is the upstream’s on a miss and set on a hit', () => {
    const server = new World({ corefile: corefile('cache 30') });
    const miss = server.ask({ name: www });
    server.respond(positive(20));
    const hit = server.ask({ name: www });
    expect([server.answer(miss).authoritative, server.answer(hit).authoritative]).toEqual([false, true]);
  });

  it('only names in the zones of `cache` are kept', () => {
    const server = new World({ corefile: corefile('cache 30 example.com') });
    server.ask({ name: www });
    server.respond(positive(20));
    server.ask({ name: www });
    expect(server.cacheSteps).toEqual([]);
    expect(server.asks).toHaveLength(2);
  });
});

describe('a failure beside an answer', () => {
  it('SERVFAIL does not hide an answer that is still good', () => {
    // CD is part of the key; the two entries must be of one key, so that the answer comes while the failure waits.
    const server = new World({ corefile: corefile('cache 30') });
    server.ask({ name: www });
    const failing = server.lastAsk;
    server.ask({ name: www }, 'tcp');
    const answering = server.lastAsk;
    server.respond(positive(20), answering);
    server.respond({ rcode: 'SERVFAIL' }, failing);
    server.ask({ name: www });
    expect(server.cacheSteps.slice(-3)).toEqual(['stored success 20', 'stored denial 5', 'hit success']);
  });

  it('a denial hides an older answer', () => {
    const server = new World({ corefile: corefile('cache 30') });
    server.ask({ name: www });
    const first = server.lastAsk;
    server.ask({ name: www }, 'tcp');
    server.respond(positive(20));
    server.respond(nxdomain(60, 60), first);
    server.ask({ name: www });
    expect(server.cacheSteps.at(-1)).toBe('hit denial');
  });
});

describe('capacity', () => {
  it('never holds more than it may, and lets the least recently used go', () => {
    // 1024 is the least: 256 shards of 4.
    const server = new World({ corefile: corefile('cache 30 {\n success 1 30\n }') });
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

describe('identical misses', () => {
  it('ask once, and everyone is answered in their own words', () => {
    const server = new World({ corefile: corefile('cache 30') });
    const queries = Array.from({ length: 100 }, (_, id) =>
      server.ask({ name: id % 2 === 0 ? www : 'WWW.example.org.', id }),
    );
    expect(server.asks).toHaveLength(1);
    server.respond(positive(20));
    for (const [id, query] of queries.entries()) {
      expect(server.answer(query)).toMatchObject({
        id,
        question: { name: id % 2 === 0 ? www : 'WWW.example.org.' },
        answers: [{ ttlSeconds: 20 }],
      });
    }
  });

  it('that time out are all told, once', () => {
    const server = new World({ corefile: corefile('cache 30') });
    const queries = Array.from({ length: 20 }, (_, id) => server.ask({ name: www, id }));
    server.pass(10_000);
    expect(queries.map((query) => server.answer(query).rcode)).toEqual(queries.map(() => 'SERVFAIL'));
    expect(server.effects.filter(({ kind }) => kind === 'answer')).toHaveLength(20);
    expect(server.server.nextTimeout()).toBeUndefined();
  });

  it('do not mix transports, DO or RD', () => {
    const server = new World({ corefile: corefile('cache 30') });
    server.ask({ name: www });
    server.ask({ name: www }, 'tcp');
    server.ask({ name: www, edns: { udpPayloadSize: 1232 } });
    server.ask({ name: www, edns: { udpPayloadSize: 1232, dnssecOk: true } });
    server.ask({ name: www, recursionDesired: false });
    expect(server.asks).toHaveLength(4);
  });
});
