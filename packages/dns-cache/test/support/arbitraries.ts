import type { RecordData, RecordOptions } from '@nodelocal/dns-cache';
import * as fc from 'fast-check';

const octet = fc.nat(255);
const label = fc.stringMatching(/^[a-z0-9_-]{1,12}$/);
export const name = fc.array(label, { minLength: 1, maxLength: 5 }).map((labels) => `${labels.join('.')}.`);
export const u16 = fc.nat(0xffff);
const u32 = fc.nat(0xffffffff);

const typed = (type: string, data: fc.Arbitrary<RecordData>): fc.Arbitrary<RecordOptions> =>
  fc.record({ name, type: fc.constant(type), ttlSeconds: fc.nat(0x7fffffff), data });

export const record = fc.oneof(
  typed(
    'A',
    fc.tuple(octet, octet, octet, octet).map((octets) => ({ kind: 'address', address: octets.join('.') })),
  ),
  typed(
    'CNAME',
    name.map((target) => ({ kind: 'name', name: target })),
  ),
  typed(
    'PTR',
    name.map((target) => ({ kind: 'name', name: target })),
  ),
  typed(
    'NS',
    name.map((target) => ({ kind: 'name', name: target })),
  ),
  typed('MX', fc.record({ kind: fc.constant('mail'), preference: u16, exchange: name })),
  typed('SRV', fc.record({ kind: fc.constant('service'), priority: u16, weight: u16, port: u16, target: name })),
  typed(
    'TXT',
    fc
      .array(fc.string({ unit: 'binary-ascii', maxLength: 255 }), { minLength: 1, maxLength: 3 })
      .map((strings) => ({ kind: 'text', strings })),
  ),
  typed(
    'SOA',
    fc.record({
      kind: fc.constant('start-of-authority'),
      mname: name,
      rname: name,
      serial: u32,
      refresh: u32,
      retry: u32,
      expire: u32,
      minimum: u32,
    }),
  ),
  typed(
    'TYPE12345',
    fc.uint8Array({ maxLength: 40 }).map((octets) => ({ kind: 'opaque', octets })),
  ),
);
