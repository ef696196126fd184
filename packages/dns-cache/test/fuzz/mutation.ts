import * as fc from 'fast-check';

/** One change to a packet, as data. Places are taken modulo the length that the packet has by then. */
type Mutation =
  | { readonly kind: 'flip'; readonly at: number; readonly bit: number }
  | { readonly kind: 'set'; readonly at: number; readonly octet: number }
  | { readonly kind: 'cut'; readonly at: number }
  | { readonly kind: 'remove'; readonly at: number; readonly count: number }
  | { readonly kind: 'repeat'; readonly at: number; readonly count: number }
  | { readonly kind: 'insert'; readonly at: number; readonly octets: Uint8Array }
  /** The rest of another packet, from a place of its own. */
  | { readonly kind: 'splice'; readonly at: number; readonly other: number; readonly from: number }
  /** One of the header's four counts. */
  | { readonly kind: 'count'; readonly section: number; readonly value: number }
  /** A compression pointer. */
  | { readonly kind: 'pointer'; readonly at: number; readonly target: number }
  /** Sixteen bits that may be a length, a little or far off. */
  | { readonly kind: 'length'; readonly at: number; readonly change: number };

const octet = fc.nat(255);
const place = fc.nat(0xffff);

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at: place, bit: fc.nat(7) }),
  fc.record({
    kind: fc.constant('set' as const),
    at: place,
    octet: fc.oneof(octet, fc.constantFrom(0, 1, 41, 63, 64, 192, 250, 255)),
  }),
  fc.record({ kind: fc.constant('cut' as const), at: place }),
  fc.record({ kind: fc.constant('remove' as const), at: place, count: fc.integer({ min: 1, max: 20 }) }),
  fc.record({ kind: fc.constant('repeat' as const), at: place, count: fc.integer({ min: 1, max: 60 }) }),
  fc.record({
    kind: fc.constant('insert' as const),
    at: place,
    octets: fc.uint8Array({ minLength: 1, maxLength: 12 }),
  }),
  fc.record({ kind: fc.constant('splice' as const), at: place, other: place, from: place }),
  fc.record({
    kind: fc.constant('count' as const),
    section: fc.nat(3),
    value: fc.oneof(fc.nat(4), fc.constantFrom(255, 256, 65535)),
  }),
  fc.record({ kind: fc.constant('pointer' as const), at: place, target: fc.oneof(fc.nat(40), fc.nat(0x3fff)) }),
  fc.record({
    kind: fc.constant('length' as const),
    at: place,
    change: fc.oneof(fc.integer({ min: -4, max: 4 }), fc.integer({ min: -70000, max: 70000 })),
  }),
);

/** Which packet of a pool, and what becomes of it. */
export interface Mutant {
  readonly packet: number;
  readonly mutations: readonly Mutation[];
}

export const mutant: fc.Arbitrary<Mutant> = fc.record({
  packet: place,
  mutations: fc.array(mutation, { maxLength: 4 }),
});

const join = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

const setU16 = (bytes: Uint8Array, at: number, value: number): Uint8Array => {
  const copy = bytes.slice();
  copy[at] = (value >>> 8) & 255;
  copy[at + 1] = value & 255;
  return copy;
};

const apply = (bytes: Uint8Array, change: Mutation, pool: readonly Uint8Array[]): Uint8Array => {
  if (bytes.length === 0) return bytes;
  if (change.kind === 'count') return setU16(bytes, 4 + change.section * 2, change.value);
  const at = change.at % bytes.length;
  switch (change.kind) {
    case 'flip':
      return bytes.map((value, index) => (index === at ? value ^ (1 << change.bit) : value));
    case 'set':
      return bytes.map((value, index) => (index === at ? change.octet : value));
    case 'cut':
      return bytes.subarray(0, at);
    case 'remove':
      return join(bytes.subarray(0, at), bytes.subarray(at + change.count));
    case 'repeat':
      return join(bytes.subarray(0, at + change.count), bytes.subarray(at));
    case 'insert':
      return join(bytes.subarray(0, at), change.octets, bytes.subarray(at));
    case 'splice': {
      const other = pool[change.other % pool.length] ?? bytes;
      return join(bytes.subarray(0, at), other.subarray(change.from % (other.length + 1)));
    }
    case 'pointer':
      return setU16(bytes, at, 0xc000 | change.target);
    case 'length':
      return setU16(bytes, at, (((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)) + change.change);
  }
};

const OCTETS_MAX = 65_535;

export const mutate = ({ packet, mutations }: Mutant, pool: readonly Uint8Array[]): Uint8Array => {
  const start = pool[packet % pool.length] ?? new Uint8Array();
  return mutations.reduce((bytes, change) => apply(bytes, change, pool), start).slice(0, OCTETS_MAX);
};
