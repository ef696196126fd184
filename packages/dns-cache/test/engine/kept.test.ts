import type { QueryOptions, RecordOptions, ResponseOptions } from '@nodelocal/dns-cache';
import { describe, expect, it } from 'vitest';
import { a, alias, soa, World } from '../support/world.ts';

/*
 * What CoreDNS keeps, where and for how long: the cases of plugin/cache/{cache,error,qclass,ad_bit,dnssec}_test.go and
 * plugin/pkg/response/typify_test.go. A case in which this server differs says what CoreDNS does.
 */

const www = 'www.example.org.';
const DO = { udpPayloadSize: 4096, dnssecOk: true };

const mail = (name: string, ttlSeconds: number, exchange = 'mx.example.org.'): RecordOptions => ({
  name,
  type: 'MX',
  ttlSeconds,
  data: { kind: 'mail', preference: 10, exchange },
});

const ns = (name: string, ttlSeconds: number): RecordOptions => ({
  name,
  type: 'NS',
  ttlSeconds,
  data: { kind: 'name', name: `ns.${name}` },
});

/** RRSIG of A by example.org, valid from 2016-04-21 to 2016-05-21. */
const signature = (name: string, ttlSeconds: number): RecordOptions => {
  const head = [0, 1, 8, 3, 0, 0, 0x0e, 0x10, 0x57, 0x3f, 0xd5, 0x85, 0x57, 0x18, 0x48, 0x85, 0x2f, 0x13];
  const signer = [7, ...Buffer.from('example'), 3, ...Buffer.from('org'), 0];
  return { name, type: 'RRSIG', ttlSeconds, data: { kind: 'opaque', octets: Uint8Array.from([...head, ...signer, 1, 2, 3, 4]) } };
};

interface Case {
  readonly what: string;
  readonly query?: Partial<QueryOptions>;
  readonly cache?: string;
  readonly response: Omit<ResponseOptions, 'id' | 'question'>;
  /** `success 60`: the store and the seconds; `undefined` for what is not kept. */
  readonly kept: string | undefined;
  /** What the client is told in the first answer, of all records; left out where it is what came. */
  readonly told?: readonly number[];
}

const CASES: readonly Case[] = [
  {
    what: 'a TTL above the cap',
    query: { type: 'MX' },
    response: { answers: [mail(www, 3601), mail(www, 3601, 'other.example.org.')] },
    kept: 'success 3600',
    told: [3600, 3600],
  },
  { what: 'mixed case', query: { name: 'wWw.eXample.Org.', type: 'MX' }, response: { answers: [mail('wWw.eXample.Org.', 3600)] }, kept: 'success 3600' },
  { what: 'the class that was asked for', query: { class: 'CH' }, response: { answers: [{ ...a(www, '192.0.2.1', 60), class: 'CH' }] }, kept: 'success 60' },
  { what: 'truncated', query: { type: 'MX' }, response: { truncated: true, answers: [mail(www, 1800)] }, kept: undefined },
  { what: 'NXDOMAIN with SOA', response: { rcode: 'NXDOMAIN', authorities: [soa('example.org.', 3600, 3600)] }, kept: 'denial 1800', told: [1800] },
  { what: 'NXDOMAIN without SOA', response: { rcode: 'NXDOMAIN' }, kept: undefined },
  { what: 'SERVFAIL', response: { rcode: 'SERVFAIL' }, kept: 'denial 5' },
  { what: 'SERVFAIL with SOA', response: { rcode: 'SERVFAIL', authorities: [soa('example.org.', 600, 600)] }, kept: 'denial 5' },
  { what: 'SERVFAIL for longer', cache: 'servfail 1m', response: { rcode: 'SERVFAIL' }, kept: 'denial 60' },
  { what: 'SERVFAIL, `servfail 0`', cache: 'servfail 0', response: { rcode: 'SERVFAIL' }, kept: undefined },
  { what: 'NOTIMP', response: { rcode: 'NOTIMP' }, kept: 'denial 5' },
  { what: 'REFUSED', response: { rcode: 'REFUSED' }, kept: undefined },
  { what: 'REFUSED with SOA', response: { rcode: 'REFUSED', authorities: [soa('example.org.', 60, 60)] }, kept: undefined },
  { what: 'FORMERR', response: { rcode: 'FORMERR' }, kept: undefined },
  { what: 'NOTAUTH', response: { rcode: 'NOTAUTH' }, kept: undefined },
  { what: 'YXDOMAIN', response: { rcode: 'YXDOMAIN' }, kept: undefined },
  { what: 'no data, with SOA', response: { authorities: [soa('example.org.', 900, 900)] }, kept: 'denial 900' },
  { what: 'no data, with the SOA of the root', response: { authorities: [{ ...soa('root.', 900, 900), name: '.' }] }, kept: 'denial 900' },
  {
    // CoreDNS: the TTL of the SOA alone, 900 s.
    what: 'no data: the MINIMUM of the SOA counts',
    response: { authorities: [soa('example.org.', 900, 30)] },
    kept: 'denial 30',
    told: [30],
  },
  { what: 'no data, `negative_ttl record`', cache: 'negative_ttl record', response: { authorities: [soa('example.org.', 900, 30)] }, kept: 'denial 900' },
  {
    // CoreDNS: any SOA will do.
    what: 'no data, with the SOA of a zone that the name is not in',
    response: { authorities: [soa('example.net.', 900, 900)] },
    kept: undefined,
  },
  {
    // CoreDNS: an empty answer is kept for 5 s.
    what: 'nothing at all',
    response: {},
    kept: undefined,
  },
  { what: 'a delegation', response: { authorities: [ns('example.org.', 3600)] }, kept: 'success 5' },
  {
    what: 'a delegation with glue',
    response: { authorities: [ns('example.org.', 3600)], additionals: [a('ns.example.org.', '192.0.2.9', 3600)] },
    kept: 'success 5',
  },
  { what: 'a delegation below the floor', cache: 'success 9984 3600 20', response: { authorities: [ns('example.org.', 3600)] }, kept: 'success 20' },
  { what: 'a delegation with SOA is no data', response: { authorities: [ns('example.org.', 60), soa('example.org.', 60, 60)] }, kept: 'denial 60' },
  {
    what: 'CNAME and its target',
    response: { answers: [alias(www, 'web.example.org.', 60), a('web.example.org.', '192.0.2.1', 30)] },
    kept: 'success 30',
  },
  { what: 'CNAME, asked for', query: { type: 'CNAME' }, response: { answers: [alias(www, 'web.example.org.', 60)] }, kept: 'success 60' },
  { what: 'CNAME, asked for with ANY', query: { type: 'ANY' }, response: { answers: [alias(www, 'web.example.org.', 60)] }, kept: 'success 60' },
  { what: 'CNAME, asked for, in a circle', query: { type: 'CNAME' }, response: { answers: [alias(www, www, 60)] }, kept: 'success 60' },
  { what: 'CNAME, asked for, of another name', query: { type: 'CNAME' }, response: { answers: [alias('b.example.org.', www, 60)] }, kept: undefined },
  {
    what: 'CNAME, asked for, to two names',
    query: { type: 'CNAME' },
    response: { answers: [alias(www, 'b.example.org.', 60), alias(www, 'c.example.org.', 60)] },
    kept: undefined,
  },
  { what: 'what another name has, asked for with ANY', query: { type: 'ANY' }, response: { answers: [alias('b.example.org.', www, 60)] }, kept: undefined },
  { what: 'CNAME alone', response: { answers: [alias(www, 'web.example.org.', 60)] }, kept: undefined },
  {
    what: 'CNAME alone, with SOA',
    response: { answers: [alias(www, 'web.example.org.', 60)], authorities: [soa('example.org.', 40, 40)] },
    kept: 'denial 40',
  },
  {
    what: 'CNAME to a name that does not exist',
    response: { rcode: 'NXDOMAIN', answers: [alias(www, 'web.example.org.', 60)], authorities: [soa('example.org.', 40, 40)] },
    kept: undefined,
  },
  { what: 'CNAMEs in a circle', response: { answers: [alias(www, 'b.example.org.', 60), alias('b.example.org.', www, 60)] }, kept: undefined },
  { what: 'another type than was asked for', response: { answers: [mail(www, 60)] }, kept: undefined },
  {
    // CoreDNS tells 20 of both records, the least of all.
    what: 'the least TTL of all sections',
    response: { answers: [a(www, '192.0.2.1', 300)], authorities: [ns('example.org.', 100)], additionals: [a('ns.example.org.', '192.0.2.9', 20)] },
    kept: 'success 20',
  },
  { what: 'the OPT of the reply has no TTL', response: { answers: [a(www, '192.0.2.1', 300)], edns: { udpPayloadSize: 1232 } }, kept: 'success 300' },
  { what: 'DO and signatures', query: { edns: DO }, response: { answers: [a(www, '192.0.2.1', 3600), signature(www, 3600)], edns: DO }, kept: 'success 3600' },
  {
    // CoreDNS does not keep an answer to DO whose signatures are out of date.
    what: 'DO and signatures that have expired',
    query: { edns: DO },
    response: { answers: [a(www, '192.0.2.1', 3600), signature(www, 1800)], edns: DO },
    kept: 'success 1800',
  },
  { what: 'TTL 0 and a floor', response: { answers: [a(www, '192.0.2.1', 0)] }, kept: 'success 5', told: [5] },
  { what: 'TTL 0 without a floor', cache: 'success 9984 3600 0', response: { answers: [a(www, '192.0.2.1', 0)] }, kept: undefined },
  { what: 'a denial with TTL 0 without a floor', cache: 'denial 9984 1800 0', response: { rcode: 'NXDOMAIN', authorities: [soa('example.org.', 0, 0)] }, kept: undefined },
  { what: 'a TTL with the highest bit is 0', response: { answers: [a(www, '192.0.2.1', 0x80000001)] }, kept: 'success 5', told: [5] },
  { what: '`disable success`', cache: 'disable success', response: { answers: [a(www, '192.0.2.1', 60)] }, kept: undefined },
  { what: '`disable success`, a denial', cache: 'disable success', response: { authorities: [soa('example.org.', 60, 60)] }, kept: 'denial 60' },
  { what: '`disable denial`', cache: 'disable denial', response: { authorities: [soa('example.org.', 60, 60)] }, kept: undefined },
  { what: '`disable denial` of another zone', cache: 'disable denial example.net', response: { authorities: [soa('example.org.', 60, 60)] }, kept: 'denial 60' },
  { what: '`disable denial`, SERVFAIL', cache: 'disable denial example.org', response: { rcode: 'SERVFAIL' }, kept: undefined },
];

const worldOf = (cache: string): World => new World({ corefile: `. {\n cache {\n ${cache}\n }\n forward . 192.0.2.53 {\n max_fails 0\n }\n}` });

const ttlsOf = (world: World, query: number): readonly number[] => {
  const { answers, authorities, additionals } = world.answer(query);
  return [...answers, ...authorities, ...additionals].map(({ ttlSeconds }) => ttlSeconds);
};

describe('what is kept', () => {
  it.each(CASES)('$what: $kept', ({ query, cache = '', response, kept, told }) => {
    const world = worldOf(cache);
    const asking = { name: www, ...query };
    const first = world.ask(asking);
    world.respond(response);
    expect(world.cacheSteps).toEqual(kept === undefined ? ['miss'] : ['miss', `stored ${kept}`]);
    expect(world.answer(first).rcode).toBe(response.rcode ?? 'NOERROR');
    const came = [...(response.answers ?? []), ...(response.authorities ?? []), ...(response.additionals ?? [])];
    expect(ttlsOf(world, first)).toEqual(told ?? came.map(({ ttlSeconds }) => ttlSeconds));
    const asked = world.asks.length;
    const second = world.ask(asking);
    expect(world.asks).toHaveLength(kept === undefined ? asked + 1 : asked);
    if (kept === undefined) return;
    // A hit says the same as the answer that it was kept from, with AA.
    expect(world.answer(second)).toEqual({ ...world.answer(first), authoritative: false });
  });
});

/** TestComputeTTL: TTL, floor, cap, life. */
describe('the bounds of a life', () => {
  it.each([
    [1800, 300, 3600, 1800],
    [299, 300, 3600, 300],
    [299, 0, 3600, 299],
    [3601, 300, 3600, 3600],
    [86_400, 5, 86_400, 86_400],
    [10, 60, 30, 30],
  ])('TTL %i, floor %i, cap %i: %i', (ttl, floor, cap, life) => {
    const world = worldOf(`success 9984 ${cap} ${floor}`);
    world.ask({ name: www });
    world.respond({ answers: [a(www, '192.0.2.1', ttl)] });
    expect(world.cacheSteps.at(-1)).toBe(`stored success ${life}`);
  });
});

/** TestCacheSeparation, ad_bit_test.go, qclass_test.go: is the second query answered from what the first left? */
describe('who shares an entry', () => {
  it.each<readonly [string, Partial<QueryOptions>, Partial<QueryOptions>, boolean]>([
    ['the same', {}, {}, true],
    ['another type', { type: 'MX' }, { type: 'A' }, false],
    ['the same type', { type: 'MX' }, { type: 'MX' }, true],
    ['DO after none', {}, { edns: DO }, false],
    // CoreDNS asks again; here it is told the same without signatures.
    ['none after DO', { edns: DO }, {}, true],
    ['DO after DO', { edns: DO }, { edns: DO }, true],
    ['CD after none', {}, { checkingDisabled: true }, false],
    ['none after CD', { checkingDisabled: true }, {}, false],
    ['CD after CD', { checkingDisabled: true }, { checkingDisabled: true }, true],
    ['DO and CD after DO', { edns: DO }, { edns: DO, checkingDisabled: true }, false],
    ['AD after none', {}, { authenticated: true }, true],
    ['none after AD', { authenticated: true }, {}, true],
    ['class CH after IN', {}, { class: 'CH' }, false],
    ['class IN after CH', { class: 'CH' }, {}, false],
    ['another case', {}, { name: 'WWW.EXAMPLE.ORG' }, true],
    ['another name', {}, { name: 'w.example.org' }, false],
    ['another length of label', { name: 'ab.c.example.org' }, { name: 'a.bc.example.org' }, false],
  ])('%s', (_what, first, second, shared) => {
    const world = worldOf('');
    world.ask({ name: www, ...first });
    const asked = world.lastAsk;
    world.respond({ authorities: [{ ...soa('root.', 60, 60), name: '.' }] }, asked);
    world.ask({ name: www, ...second });
    expect(world.asks).toHaveLength(shared ? 1 : 2);
  });

  it.each([
    ['none, then AD', [false, true]],
    ['AD, then none', [true, false]],
  ])('AD is told to who asks for it: %s', (_what, wants) => {
    const world = worldOf('');
    const told = wants.map((authenticated) => {
      const asked = world.asks.length;
      const query = world.ask({ name: www, authenticated });
      if (world.asks.length > asked) world.respond({ authenticated: true, answers: [a(www, '192.0.2.1', 60)] });
      return world.answer(query).authenticated;
    });
    expect(told).toEqual(wants);
    expect(world.asks).toHaveLength(1);
  });
});

/** TestNegativeStaleMaskingPositiveCache, TestServfailDoesNotShadowPositiveCache, and the order of both stores. */
describe('a denial and an answer of one key', () => {
  const positive = { answers: [a(www, '192.0.2.1', 60)] };
  const denial = { rcode: 'NXDOMAIN', authorities: [soa('example.org.', 60, 60)] };
  it.each([
    ['SERVFAIL after an answer', '', positive, { rcode: 'SERVFAIL' }, 'hit success'],
    ['an answer after SERVFAIL', '', { rcode: 'SERVFAIL' }, positive, 'hit success'],
    ['a denial after an answer', '', positive, denial, 'hit denial'],
    // CoreDNS takes the denial, though it is older, until it expires.
    ['an answer after a denial', '', denial, positive, 'hit success'],
    ['SERVFAIL after a denial', '', denial, { rcode: 'SERVFAIL' }, 'hit denial'],
    ['prefer_positive: a denial after an answer', 'serve_stale\n serve_stale_policy prefer_positive', positive, denial, 'hit success'],
  ])('%s', (_what, cache, first, second, step) => {
    const world = worldOf(cache);
    // Over UDP and TCP identical misses are asked apart, so that two answers of one key can come.
    world.ask({ name: www });
    const one = world.lastAsk;
    world.ask({ name: www }, 'tcp');
    const other = world.lastAsk;
    world.respond(first, one);
    world.respond(second, other);
    world.ask({ name: www });
    expect(world.cacheSteps.at(-1)).toBe(step);
  });
});
