import { describe, expect, it } from 'vitest';
import { a, alias, soa } from '../support/world.ts';
import { cached, nodata, nxdomain, positive, www } from './support.ts';
import type { Response } from './support.ts';

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
    const world = cached(cache);
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
