import { encodeQuery } from '@nodelocal/dns-cache';
import { describe, expect, it } from 'vitest';
import { complaint, meaning } from '../support/directive.ts';
import { optionsOf, queryWithOptions } from '../support/octets.ts';
import { a, read, soa, World } from '../support/world.ts';

const forwarding = (directives: string): World =>
  new World({ corefile: `. {\n${directives}\n errors\n forward . 192.0.2.53\n}`, machine: { hostname: 'node-1' } });

const www = a('www.example.org', '192.0.2.1', 60);
const nameServer = {
  name: 'example.org',
  type: 'NS',
  ttlSeconds: 60,
  data: { kind: 'name', name: 'ns.example.org' },
} as const;
const glue = a('ns.example.org', '192.0.2.2', 60);

describe('minimal', () => {
  const answered = (response: Parameters<World['respond']>[0]) => {
    const world = forwarding('minimal');
    const query = world.ask({ name: 'www.example.org', edns: { udpPayloadSize: 1232 } });
    world.respond({ edns: { udpPayloadSize: 1232 }, ...response });
    return world.answer(query);
  };
  const rest = { authorities: [nameServer], additionals: [glue] };

  it('leaves the answer in an answer', () => {
    const reply = answered({ answers: [www], ...rest });
    expect(reply).toMatchObject({ authorities: [], additionals: [], recursionAvailable: true });
    expect(reply.answers).toMatchObject([{ name: 'www.example.org.', ttlSeconds: 60 }]);
    expect(reply.edns).toBeDefined();
  });

  it('is kept by a cache with what the upstream’s header said', () => {
    const world = forwarding('cache\n minimal');
    world.ask({ name: 'www.example.org' });
    world.respond({ authenticated: true, answers: [www], ...rest });
    const hit = world.answer(world.ask({ name: 'www.example.org', authenticated: true }));
    expect(hit).toMatchObject({ recursionAvailable: true, recursionDesired: true, authenticated: true, additionals: [] });
    expect(world.asks).toHaveLength(1);
  });

  it.each([
    ['a delegation', rest],
    ['a failure', { rcode: 'SERVFAIL', answers: [www], ...rest }],
    ['a denial', { rcode: 'NXDOMAIN', authorities: [soa('example.org', 60, 60)], additionals: [glue] }],
    ['no data', { authorities: [soa('example.org', 60, 60)], additionals: [glue] }],
  ])('leaves %s as it is', (_what, response) => {
    const reply = answered(response);
    expect(reply.authorities).toHaveLength(1);
    expect(reply.additionals).toHaveLength(1);
  });

  it('takes no arguments', () => expect(complaint('minimal x')).toContain('2:9: Wrong argument count'));
});

describe('header', () => {
  const flags = (directive: string, response: Parameters<World['respond']>[0], recursionDesired = true) => {
    const world = forwarding(directive);
    const query = world.ask({ name: 'www.example.org', recursionDesired });
    const upstream = read(world.lastAsk.message).recursionDesired;
    world.respond({ answers: [www], ...response });
    const { authoritative: aa, recursionAvailable: ra, recursionDesired: rd } = world.answer(query);
    return { upstream, aa, ra, rd };
  };

  it.each([
    ['header {\n response set ra aa\n}', { recursionAvailable: false }, { aa: true, ra: true, rd: true }],
    ['header {\n response clear ra aa rd\n}', { authoritative: true }, { aa: false, ra: false, rd: false }],
    ['header {\n response set aa\n response clear aa\n}', { authoritative: true }, { aa: false }],
    ['header {\n query clear rd\n}', {}, { upstream: false, rd: false }],
    ['header {\n query clear rd\n response set rd\n}', {}, { upstream: false, rd: true }],
    ['header {\n QUERY Set aa ra\n}', {}, { upstream: true, aa: false, ra: true, rd: true }],
  ])('%j', (directive, response, expected) => {
    expect(flags(directive, response)).toMatchObject(expected);
  });

  it('sets RD of a query that lacks it', () => {
    expect(flags('header {\n query set rd\n}', {}, false)).toMatchObject({ upstream: true, rd: true });
  });

  it('is described', () => {
    const lines = ['header', '  query clear rd', '  response set ra', '  response set aa'];
    expect(meaning('header {\n response set ra aa\n query clear rd\n}')).toEqual(lines);
  });

  it.each([
    ['header {}', '2:8: Wrong argument count or unexpected line ending after'],
    ['header', "2:1: Wrong argument count or unexpected line ending after 'header'"],
    ['header {\n foo\n}', '3:2: invalid selector=foo should be query or response'],
    ['header {\n response set\n}', '3:11: invalid length for flags, at least one should be provided'],
    ['header {\n query foo\n}', '3:8: invalid length for flags, at least one should be provided'],
    ['header {\n query foo rd\n}', '3:8: unknown flag action=foo, should be set or clear'],
    ['header {\n query set xx\n}', '3:12: unknown/unsupported flag=xx'],
  ])('%j is refused', (directive, expected) => {
    expect(complaint(directive)).toContain(`Corefile:${expected}`);
  });
});

describe('nsid', () => {
  const NSID = 3;
  const told = (directive: string, options: Parameters<typeof queryWithOptions>[2]) => {
    const world = forwarding(directive);
    const query = world.send(queryWithOptions('www.example.org', 'A', options));
    world.respond({ answers: [www] });
    return optionsOf(world.rawAnswer(query)).map(({ code, data }) => [code, String.fromCharCode(...data)]);
  };

  it.each([
    ['nsid', 'node-1'],
    ['nsid testing', 'testing'],
    ['nsid use the force', 'use the force'],
    ['nsid "Zürich"', 'Z\u00c3\u00bcrich'],
  ])('%s', (directive, expected) => {
    expect(told(directive, [{ code: NSID, data: new Uint8Array() }])).toEqual([[NSID, expected]]);
  });

  it('is for those who ask', () => expect(told('nsid', [])).toEqual([]));

  it('does not go to the upstream', () => {
    const world = forwarding('nsid');
    world.send(queryWithOptions('www.example.org', 'A', [{ code: NSID, data: new Uint8Array() }]));
    expect(optionsOf(world.lastAsk.message)).toEqual([]);
  });

  it('is described', () => expect(meaning('nsid a b', {})).toEqual(['nsid "a b"']));

  it('is there once', () => expect(complaint('nsid a\nnsid b\nwhoami')).toContain("3:1: 'nsid' can only be used once per server block"));
});

describe('bufsize', () => {
  const octets = (directive: string, udpPayloadSize: number | undefined): number => {
    const world = forwarding(directive);
    const edns = udpPayloadSize === undefined ? {} : { edns: { udpPayloadSize } };
    const query = world.send(encodeQuery({ id: 1, name: 'many.example.org', type: 'TXT', ...edns }));
    // RRsets of about 80 octets, so that an answer is cut near its limit.
    const answers = Array.from({ length: 60 }, (_, index) => ({
      name: `${index}.many.example.org`,
      type: 'TXT',
      ttlSeconds: 60,
      data: { kind: 'text', strings: ['x'.repeat(60)] } as const,
    }));
    world.respond({ answers });
    const answer = world.rawAnswer(query);
    expect(read(answer ?? new Uint8Array()).truncated).toBe(true);
    return answer?.length ?? 0;
  };

  it('lowers what the client takes, and never raises it', () => {
    expect(octets('bufsize 600', 1232)).toBeGreaterThan(512);
    expect(octets('bufsize 600', 1232)).toBeLessThanOrEqual(600);
    expect(octets('bufsize 600', undefined)).toBeLessThanOrEqual(512);
    expect(octets('bufsize 1000', 600)).toBeLessThanOrEqual(600);
    expect(octets('bufsize', 4096)).toBeGreaterThan(1100);
  });

  it.each([
    ['bufsize', 'bufsize 1232'],
    ['bufsize 4096', 'bufsize 4096'],
    ['bufsize 512\nbufsize 600', 'bufsize 512'],
  ])('%j', (directive, expected) => {
    expect(meaning(directive)).toEqual([expected]);
  });

  it.each([
    ['bufsize 511', '2:9: the buffer size is not within 512 and 4096: 511'],
    ['bufsize 4097', '2:9: the buffer size is not within 512 and 4096: 4097'],
    ['bufsize -1', '2:9: the buffer size is not within'],
    ['bufsize abc', "2:9: the buffer size is not a whole number: 'abc'"],
    ['bufsize 512 1024', '2:13: Wrong argument count'],
  ])('%j is refused', (directive, expected) => {
    expect(complaint(directive)).toContain(`Corefile:${expected}`);
  });
});

describe('cancel', () => {
  it('makes no attempt after the timeout, and waits for those before', () => {
    const world = forwarding('cancel 300ms');
    const query = world.ask({ name: 'www.example.org' });
    world.pass(1900);
    expect([world.asks.length, world.rawAnswer(query)]).toEqual([1, undefined]);
    world.respond({ answers: [www] });
    expect(world.answer(query).answers).toHaveLength(1);
  });

  it('a query that nobody has answered by then fails, and is logged', () => {
    const world = forwarding('cancel 300ms\n log');
    const query = world.ask({ name: 'www.example.org' });
    world.pass(2000);
    expect(world.answer(query).rcode).toBe('SERVFAIL');
    expect(world.lines).toEqual([expect.stringContaining('SERVFAIL qr,rd 33 2s'), expect.stringContaining('i/o timeout')]);
  });

  it('lets an answer in time through, and then has no timer left', () => {
    const world = forwarding('cancel 1s');
    const query = world.ask({ name: 'www.example.org' });
    world.pass(999);
    world.respond({ answers: [www] });
    expect(world.answer(query).answers).toHaveLength(1);
    expect(world.server.nextTimeout()).toBeUndefined();
  });

  it.each([
    ['cancel', 'cancel 5.001s'],
    ['cancel 5s', 'cancel 5s'],
  ])('%s', (directive, expected) => {
    expect(meaning(directive)).toEqual([expected]);
  });

  it.each([
    ['cancel 5', "2:8: the timeout is not a duration: '5'"],
    ['cancel -1s', "2:8: invalid negative duration: '-1s'"],
    ['cancel 0s', "2:8: invalid negative duration: '0s'"],
    ['cancel 5s 5s', '2:11: Wrong argument count'],
  ])('%s is refused', (directive, expected) => {
    expect(complaint(directive)).toContain(expected);
  });
});
