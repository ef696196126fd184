import type { RecordOptions } from '@nodelocal/dns-cache';
import { encodeResponse } from '@nodelocal/dns-cache';
import * as dnsPacket from 'dns-packet';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { record } from '../support/arbitraries.ts';
import { read } from '../support/world.ts';

/** What the peer reads, in our words; it leaves final dots away, and gives strings as octets. */
const inOurWords = (answer: dnsPacket.Answer): unknown => {
  if (answer.type === 'A' || answer.type === 'AAAA') return { kind: 'address', address: answer.data };
  if (answer.type === 'TXT') return { kind: 'text', strings: [answer.data].flat().map((octets) => Buffer.from(octets).toString('latin1')) };
  if (answer.type === 'MX') return { kind: 'mail', preference: answer.data.preference, exchange: `${answer.data.exchange}.` };
  if (answer.type === 'SRV') {
    const { priority, weight, port, target } = answer.data;
    return { kind: 'service', priority, weight, port, target: `${target}.` };
  }
  if (answer.type === 'SOA') {
    const { mname, rname, serial, refresh, retry, expire, minimum } = answer.data;
    return { kind: 'start-of-authority', mname: `${mname}.`, rname: `${rname}.`, serial, refresh, retry, expire, minimum };
  }
  if (answer.type === 'CNAME' || answer.type === 'NS' || answer.type === 'PTR') return { kind: 'name', name: `${answer.data}.` };
  throw new Error(`the test makes no ${answer.type} record`);
};

const shown = record.filter(({ data }) => data.kind !== 'opaque');
const question = { name: 'x.', type: 'A' } as const;
const write = (answers: readonly RecordOptions[]): Uint8Array => encodeResponse({ id: 1, question, answers });

describe('a record', () => {
  it('is to dns-packet what it is to us', () => {
    fc.assert(
      fc.property(fc.array(shown, { minLength: 1, maxLength: 6 }), (answers) => {
        const bytes = write(answers);
        expect(dnsPacket.decode(Buffer.from(bytes)).answers?.map(inOurWords)).toEqual(read(bytes).answers.map(({ data }) => data));
      }),
    );
  });

  it.each([
    ['AAAA', '::1'],
    ['AAAA', '2001:db8::1:0:0:1'],
    ['AAAA', '2001:db8:0:1:1:1:1:1'],
    ['A', '10.96.0.10'],
  ])('of type %s has the address that was written: %s', (type, address) => {
    const bytes = write([{ name: 'x.', type, ttlSeconds: 1, data: { kind: 'address', address } }]);
    expect(read(bytes).answers[0]?.data).toEqual({ kind: 'address', address });
    expect(dnsPacket.decode(Buffer.from(bytes)).answers?.[0]).toMatchObject({ type });
  });

  it('keeps the 16 octets of an IPv4 address in the spelling of IPv6', () => {
    const bytes = write([{ name: 'x.', type: 'AAAA', ttlSeconds: 1, data: { kind: 'address', address: '::ffff:10.0.0.1' } }]);
    expect(read(bytes).answers[0]?.data).toEqual({ kind: 'address', address: '::ffff:a00:1' });
  });

  it.each([
    ['A', '::1'],
    ['AAAA', '10.0.0.1'],
    ['A', 'ten'],
  ])('of type %s is refused with %s', (type, address) => {
    expect(() => write([{ name: 'x.', type, ttlSeconds: 1, data: { kind: 'address', address } }])).toThrow(RangeError);
  });

  it('is refused with a string that is too long for its length', () => {
    const data = { kind: 'text', strings: ['x'.repeat(256)] } as const;
    expect(() => write([{ name: 'x.', type: 'TXT', ttlSeconds: 1, data }])).toThrow('at most 255 octets');
  });
});
