import type { RecordOptions } from '@nodelocal/dns-cache';
import { encodeQuery, encodeResponse, readMessage } from '@nodelocal/dns-cache';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { name, record, u16 } from '../support/arbitraries.ts';
import { read } from '../support/world.ts';

describe('a message as a value', () => {
  it('reads as it was written', () => {
    const records = fc.array(record, { maxLength: 8 });
    fc.assert(
      fc.property(u16, name, records, records, records, (id, asked, answers, authorities, additionals) => {
        const bytes = encodeResponse({
          id,
          question: { name: asked, type: 'A' },
          authoritative: true,
          answers,
          authorities,
          additionals,
        });
        const filled = (given: readonly RecordOptions[]) => given.map((one) => ({ class: 'IN', ...one }));
        expect(read(bytes)).toMatchObject({
          id,
          response: true,
          authoritative: true,
          question: { name: asked, type: 'A', class: 'IN' },
          answers: filled(answers),
          authorities: filled(authorities),
          additionals: filled(additionals),
        });
        expect(readMessage(bytes, 'authorities')).toEqual({ ...read(bytes), authorities: [] });
      }),
    );
  });

  it('keeps odd names in RDATA, which reading labels as text would merge', () => {
    const target = 'a\\.b.\\000\\255.org.';
    const answers = [
      { name: 'x.', type: 'SRV', ttlSeconds: 1, data: { kind: 'service', priority: 1, weight: 2, port: 3, target } },
      {
        name: 'x.',
        type: 'SOA',
        ttlSeconds: 1,
        data: {
          kind: 'start-of-authority',
          mname: target,
          rname: 'host\\.master.org.',
          serial: 1,
          refresh: 2,
          retry: 3,
          expire: 4,
          minimum: 5,
        },
      },
    ] as const;
    const message = read(encodeResponse({ id: 1, question: { name: 'x', type: 'ANY' }, answers }));
    expect(message.answers.map(({ data }) => data)).toEqual(answers.map(({ data }) => data));
  });

  it('compresses as servers do', () => {
    const answers = Array.from(
      { length: 20 },
      (_, index) =>
        ({
          name: 'www.example.org.',
          type: 'A',
          ttlSeconds: 60,
          data: { kind: 'address', address: `192.0.2.${index}` },
        }) as const,
    );
    const bytes = encodeResponse({ id: 1, question: { name: 'www.example.org', type: 'A' }, answers });
    expect(bytes).toHaveLength(12 + 21 + 20 * 16);
  });

  it('has AAAA in the spelling of RFC 5952', () => {
    const data = { kind: 'address', address: '2001:db8:0:0:0:0:0:1' } as const;
    const bytes = encodeResponse({
      id: 1,
      question: { name: 'x', type: 'AAAA' },
      answers: [{ name: 'x', type: 'AAAA', ttlSeconds: 1, data }],
    });
    expect(read(bytes).answers[0]?.data).toEqual({ kind: 'address', address: '2001:db8::1' });
  });

  it.each([
    [{ name: 'a..b', type: 'A' }],
    [{ name: 'a', type: 'NO-SUCH-TYPE' }],
    [{ name: 'a', type: 'A', class: 'XX' }],
  ])('refuses to write %j', (options) => {
    expect(() => encodeQuery({ id: 1, ...options })).toThrow(RangeError);
  });

  it('says why bytes are none', () => {
    expect(readMessage(new Uint8Array(3))).toEqual({ kind: 'malformed', reason: 'shorter-than-header' });
  });
});
