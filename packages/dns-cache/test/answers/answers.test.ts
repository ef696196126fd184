import { describe, expect, it } from 'vitest';
import { createNameServer, inspectNodeCacheRules, nodeCacheTransaction, parseCorefile } from '@nodelocal/dns-cache';
import { encodeQuery, encodeResponse, readMessage } from '@nodelocal/dns-cache/message';
import type { QueryOptions, RecordOptions } from '@nodelocal/dns-cache/message';
import { createAnswerCache } from '@nodelocal/dns-cache/engine';
import type { AnswerCacheOptions } from '@nodelocal/dns-cache/engine';

const query = (more: Partial<QueryOptions> = {}): Uint8Array => encodeQuery({ id: 1, name: 'example.org.', type: 'A', ...more });
const A: RecordOptions = { name: 'example.org.', type: 'A', ttlSeconds: 60, data: { kind: 'address', address: '192.0.2.1' } };
const response = (id = 1, answers: readonly RecordOptions[] = [A], truncated = false): Uint8Array =>
  encodeResponse({ id, question: { name: 'example.org.', type: 'A' }, answers, truncated, recursionAvailable: true });
const SOA: RecordOptions = {
  name: 'example.org.', type: 'SOA', ttlSeconds: 300,
  data: { kind: 'start-of-authority', mname: 'ns.example.org.', rname: 'me.example.org.', serial: 1, refresh: 2, retry: 3, expire: 4, minimum: 20 },
};
const told = (message: Uint8Array) => {
  const read = readMessage(message);
  if (read.kind !== 'message') throw new Error(read.reason);
  return read;
};

describe('a cache of answers', () => {
  it('answers what it was told, in the words of who asks, and takes the time off', () => {
    const cache = createAnswerCache();
    expect(cache.answer(query(), 0)).toEqual({ kind: 'miss' });
    expect(cache.keep(query(), response(), 0)).toEqual({ kind: 'kept', store: 'success', lifeSeconds: 60 });
    const hit = cache.answer(query({ id: 9, name: 'EXAMPLE.org.' }), 10_900);
    expect(hit).toMatchObject({ kind: 'hit', store: 'success', class: 'NoError', ageSeconds: 10 });
    expect('message' in hit && told(hit.message)).toMatchObject({ id: 9, question: { name: 'EXAMPLE.org.' }, recursionAvailable: true, answers: [{ ttlSeconds: 50 }] });
    expect(cache.answer(query(), 60_000)).toEqual({ kind: 'miss' });
    expect(cache.answer(query({ type: 'AAAA' }), 0)).toEqual({ kind: 'miss' });
  });

  it('keeps a denial for the lesser of the TTL and MINIMUM of its SOA', () => {
    const cache = createAnswerCache();
    const denial = encodeResponse({ id: 1, question: { name: 'example.org.', type: 'A' }, rcode: 'NXDOMAIN', authorities: [SOA] });
    expect(cache.keep(query(), denial, 0)).toEqual({ kind: 'kept', store: 'denial', lifeSeconds: 20 });
    expect(cache.answer(query(), 19_999)).toMatchObject({ kind: 'hit', class: 'NameError' });
    expect(createAnswerCache({ negativeTtl: 'record' }).keep(query(), denial, 0)).toMatchObject({ lifeSeconds: 300 });
  });

  it('gives out what is old only where it was told to, and says that it is old', () => {
    const cache = createAnswerCache({ staleMs: true });
    cache.keep(query(), response(), 0);
    const stale = cache.answer(query({ edns: { udpPayloadSize: 1232 } }), 61_000);
    expect(stale).toMatchObject({ kind: 'stale', ageSeconds: 61 });
    expect('message' in stale && told(stale.message)).toMatchObject({ answers: [{ ttlSeconds: 0 }] });
    // Extended DNS Error 3, of two octets.
    expect('message' in stale && stale.message.slice(-6)).toEqual(Uint8Array.of(0, 15, 0, 2, 0, 3));
    expect(cache.answer(query(), 60_000 + 3_600_000)).toEqual({ kind: 'miss' });
    // An old denial is told as one: error 19.
    cache.keep(query({ name: 'none.example.' }), encodeResponse({ id: 1, question: { name: 'none.example.', type: 'A' }, rcode: 'NXDOMAIN', authorities: [{ ...SOA, name: 'example.' }] }), 0);
    const denied = cache.answer(query({ name: 'none.example.', edns: { udpPayloadSize: 1232 } }), 21_000);
    expect('message' in denied && denied.message.slice(-6)).toEqual(Uint8Array.of(0, 15, 0, 2, 0, 19));
  });

  it('keeps nothing that does not answer the question', () => {
    const cache = createAnswerCache();
    expect(cache.keep(query(), response(2), 0)).toEqual({ kind: 'not-a-response', why: 'mismatch' });
    expect(cache.keep(query(), query(), 0)).toEqual({ kind: 'not-a-response', why: 'mismatch' });
    expect(cache.keep(query({ name: 'EXAMPLE.org.' }), response(), 0)).toEqual({ kind: 'not-a-response', why: 'mismatch' });
    expect(cache.keep(query(), Uint8Array.of(1, 2, 3), 0)).toEqual({ kind: 'not-a-response', why: 'malformed' });
    expect(cache.keep(query(), response(1, [A], true), 0)).toEqual({ kind: 'passed' });
    expect(cache.keep(response(), response(), 0)).toEqual({ kind: 'no-query' });
    expect(cache.list(0)).toEqual([]);
    // Over a connection nobody forges the spelling.
    expect(cache.keep(query({ name: 'EXAMPLE.org.' }), response(), 0, 'tcp')).toMatchObject({ kind: 'kept' });
  });

  it('says what is no question', () => {
    const cache = createAnswerCache();
    expect(cache.answer(response(), 0)).toEqual({ kind: 'dropped', reason: 'response' });
    expect(cache.answer(Uint8Array.of(0), 0)).toEqual({ kind: 'dropped', reason: 'shorter-than-header' });
    const notify = query();
    notify[2] = 0x20;
    expect(cache.answer(notify, 0)).toEqual({ kind: 'refused', rcode: 4 });
  });

  it('lists and forgets', () => {
    const cache = createAnswerCache();
    cache.keep(query(), response(), 0);
    expect(cache.list(5000)).toMatchObject([{ name: 'example.org.', type: 'A', ageSeconds: 5, remainingSeconds: 55 }]);
    expect([cache.flush(), cache.flush(), cache.list(5000)]).toEqual([1, 0, []]);
  });

  it('leaves no more than it may', () => {
    const cache = createAnswerCache({ success: { entriesMax: 2 } });
    for (const name of ['a.example.', 'b.example.', 'c.example.']) {
      const answer = encodeResponse({ id: 1, question: { name, type: 'A' }, answers: [{ ...A, name }] });
      expect(cache.keep(query({ name }), answer, 0)).toMatchObject({ kind: 'kept' });
    }
    expect(cache.list(0).map(({ name }) => name)).toEqual(['b.example.', 'c.example.']);
  });

  it.each<[AnswerCacheOptions, string]>([
    [{ success: { entriesMax: 0 } }, 'success.entriesMax is a whole number from 1 to 16777215, not 0'],
    [{ denial: { maxSeconds: -1 } }, 'denial.maxSeconds is a whole number from 0 to 2147483647, not -1'],
    [{ success: { minSeconds: 10, maxSeconds: 5 } }, 'success.minSeconds is a whole number from 0 to 5, not 10'],
    [{ negativeTtl: 'never' as never }, 'negativeTtl is rfc2308 or record, not never'],
    [{ servfailMs: 1e9 }, 'servfailMs is a whole number from 0 to 300000, not 1000000000'],
    [{ staleMs: 0.5 }, 'staleMs is a whole number from 1 to 9007199254740991, not 0.5'],
  ])('refuses %j', (options, message) => {
    expect(() => createAnswerCache(options)).toThrow(new RangeError(message));
  });
});

const record = (type: string, data: RecordOptions['data']): Uint8Array => response(1, [{ name: 'x', type, ttlSeconds: 1, data }]);
const START = { kind: 'start-of-authority', mname: 'a', rname: 'b', serial: 1, refresh: 1, retry: 1, expire: 1, minimum: 1 } as const;
const NODE = { addresses: ['169.254.20.10'], dnsPort: 53, healthPort: 8080 };

describe('arguments that are none', () => {
  it.each([
    [() => query({ id: 70_000 }), 'id is a whole number from 0 to 65535, not 70000'],
    [() => query({ edns: { udpPayloadSize: -1 } }), 'edns.udpPayloadSize is a whole number from 0 to 65535, not -1'],
    [() => query({ type: 70_000 as never }), 'not a record type: 70000, which is no text'],
    [() => query({ name: undefined as never }), 'not a domain name: undefined'],
    [() => createAnswerCache().answer(query(), Number.NaN), 'the time is a number of milliseconds, not NaN'],
    [() => createAnswerCache().list(Number.NaN), 'the time is a number of milliseconds, not NaN'],
    [() => createNameServer({ corefile: '. {\n whoami\n}' as never, port: 53, readFile: () => '', random: () => 0 }), 'corefile is what parseCorefile gives, not a text'],
    [() => createNameServer({ corefile: parseCorefile('. {\n whoami\n}'), port: 53, readFile: () => '', random: () => 0 }).handle({ kind: 'timeout' }, Number.NaN), 'now is a number of milliseconds, not NaN'],
    [() => response(-1), 'id is a whole number from 0 to 65535, not -1'],
    [() => response(1, [{ ...A, ttlSeconds: 2 ** 32 }]), 'ttlSeconds is a whole number from 0 to 4294967295, not 4294967296'],
    [() => encodeResponse({ id: 1, question: { name: 'x', type: 'A' }, rcode: 'BADVERS' }), 'response code BADVERS is for a message with EDNS'],
    [() => record('MX', { kind: 'mail', preference: 65_536, exchange: 'y' }), 'preference is a whole number from 0 to 65535, not 65536'],
    [() => record('MX', { kind: 'mail', preference: 1, exchange: undefined as never }), 'not a domain name: undefined'],
    [() => record('SRV', { kind: 'service', priority: 1, weight: 1, port: Number.NaN, target: 'y' }), 'port is a whole number from 0 to 65535, not NaN'],
    [() => record('SOA', { ...START, serial: -1 }), 'serial is a whole number from 0 to 4294967295, not -1'],
    [() => record('TXT', { kind: 'text', strings: ['5 €'] }), 'a string of a TXT record has a character for each octet, none above \\u00ff: 5 €'],
    [() => record('A', { kind: 'name', name: 'ab' }), 'name is no data of a A record'],
    [() => nodeCacheTransaction({ ...NODE, addresses: ['169.254.20'] }), 'addresses has what is no IP address: 169.254.20'],
    [() => nodeCacheTransaction({ ...NODE, dnsPort: 70_000 }), 'dnsPort is a whole number from 1 to 65535, not 70000'],
    [() => parseCorefile('. {\n whoami\n}', { file: 'Corefile', processors: 0 }), 'processors is a whole number from 1 to 9007199254740991, not 0'],
  ])('are said: %s', (call, message) => {
    expect(call).toThrow(new RangeError(message));
  });

  it.each([
    [() => parseCorefile(Buffer.from('. {\n whoami\n}') as never), 'text is a text, not a Buffer'],
    [() => parseCorefile(undefined as never), 'text is a text, not undefined'],
    [() => inspectNodeCacheRules(NODE, 8 as never), 'saved is a text, not a number'],
    [() => readMessage('x' as never), 'bytes is a Uint8Array, not a text'],
    [() => createAnswerCache().answer([1, 2] as never, 0), 'query is a Uint8Array, not an Array'],
    [() => createAnswerCache().keep(query(), new ArrayBuffer(12) as never, 0), 'response is a Uint8Array, not an ArrayBuffer'],
    [() => record('TYPE99', { kind: 'opaque', octets: 'x' as never }), 'octets is a Uint8Array, not a text'],
    [() => record('A', { kind: 'address', address: undefined as never }), 'address is a text, not undefined'],
    [() => record('TXT', { kind: 'text', strings: [7 as never] }), 'a string of a TXT record is a text, not a number'],
  ])('of another kind are said: %s', (call, message) => {
    expect(call).toThrow(new TypeError(message));
  });
});
