import type { MalformedReason } from '@nodelocal/dns-cache';
import { encodeQuery, readMessage } from '@nodelocal/dns-cache';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkMessage } from '../../src/message/check.ts';
import { foldName, nameText, readNameText } from '../../src/message/name.ts';
import { readQuery } from '../../src/message/query.ts';
import { World } from '../support/world.ts';

const bytes = (...parts: readonly (number | string | readonly number[])[]): Uint8Array =>
  Uint8Array.from(
    parts.flatMap((part) =>
      typeof part === 'string' ? Array.from(part, (c) => c.charCodeAt(0)) : typeof part === 'number' ? [part] : part,
    ),
  );

/** A header with counts: question, answer, authority, additional. */
const header = (qd: number, an = 0, ns = 0, ar = 0, flags = 0x8000): readonly number[] =>
  [0x1234, flags, qd, an, ns, ar].flatMap((value) => [value >>> 8, value & 255]);

const question = [3, 119, 119, 119, 0, 0, 1, 0, 1] as const;

/** One record: owner, type and RDATA as given, class IN, TTL 1. */
const record = (
  owner: readonly number[],
  type: number,
  rdata: readonly number[],
  rdlength = rdata.length,
): readonly number[] => [...owner, 0, type, 0, 1, 0, 0, 0, 1, rdlength >>> 8, rdlength & 255, ...rdata];

const CASES: readonly (readonly [string, Uint8Array, MalformedReason | 'fine'])[] = [
  ['nothing', bytes(), 'shorter-than-header'],
  ['11 octets', bytes([...header(0)].slice(0, 11)), 'shorter-than-header'],
  ['counts of 65535 in 12 octets', bytes(header(65535, 65535, 65535, 65535)), 'counts-exceed-length'],
  ['a count more than there are records', bytes(header(1, 1), question), 'counts-exceed-length'],
  ['two questions', bytes(header(2), question, question), 'question-count'],
  ['a label of type 01', bytes(header(1), 0x40, 0, 0, 1, 0, 1), 'label-type'],
  ['a label of type 10', bytes(header(1), 0x80, 0, 0, 1, 0, 1), 'label-type'],
  ['a name without an end', bytes(header(1), 3, 'www', 1, 'a'), 'cut-short'],
  ['a pointer to itself', bytes(header(1), 0xc0, 12, 0, 1, 0, 1), 'pointer-not-backwards'],
  ['a pointer forwards', bytes(header(1), 0xc0, 14, 0, 1, 0, 1), 'pointer-not-backwards'],
  [
    'a pointer after a label, back to that label',
    bytes(header(1), 1, 'a', 0xc0, 12, 0, 1, 0, 1),
    'pointer-not-backwards',
  ],
  ['a pointer into the header', bytes(header(1), 0xc0, 0, 0, 1, 0, 1), 'pointer-into-header'],
  ['half a pointer', bytes(header(1), 3, 'www', 0xc0), 'cut-short'],
  ['A with 3 octets', bytes(header(1, 1), question, record([0xc0, 12], 1, [1, 2, 3])), 'rdata-length'],
  ['A with 5 octets', bytes(header(1, 1), question, record([0xc0, 12], 1, [1, 2, 3, 4, 5])), 'rdata-length'],
  [
    'A whose RDLENGTH is more than there is',
    bytes(header(1, 1), question, record([0xc0, 12], 1, [1, 2, 3, 4], 400)),
    'cut-short',
  ],
  [
    'NS with octets after its name',
    bytes(header(1, 1), question, record([0xc0, 12], 2, [0xc0, 12, 0])),
    'rdata-length',
  ],
  [
    'NS whose name runs past RDLENGTH',
    bytes(header(1, 1), question, record([0xc0, 12], 2, [0xc0, 12], 1)),
    'rdata-length',
  ],
  [
    'TXT whose string runs past RDLENGTH',
    bytes(header(1, 1), question, record([0xc0, 12], 16, [5, 65])),
    'rdata-length',
  ],
  ['an unknown type, empty', bytes(header(1, 1), question, record([0xc0, 12], 99, [])), 'fine'],
  ['OPT', bytes(header(1, 0, 0, 1), question, record([0], 41, [])), 'fine'],
  ['OPT twice', bytes(header(1, 0, 0, 2), question, record([0], 41, []), record([0], 41, [])), 'opt-repeated'],
  ['OPT in the answer', bytes(header(1, 1), question, record([0], 41, [])), 'opt-misplaced'],
  ['OPT of an owner', bytes(header(1, 0, 0, 1), question, record([0xc0, 12], 41, [])), 'opt-owner'],
  [
    'OPT with an option longer than itself',
    bytes(header(1, 0, 0, 1), question, record([0], 41, [0, 10, 0, 9, 1])),
    'opt-options',
  ],
  ['TSIG before OPT', bytes(header(1, 0, 0, 2), question, record([0], 250, []), record([0], 41, [])), 'tsig-not-last'],
  ['octets after the last record', bytes(header(1), question, 'rest'), 'fine'],
];

/** Label octets without structure. */
const labels = fc.array(fc.uint8Array({ minLength: 1, maxLength: 63 }), { maxLength: 4 });

const wireOf = (parts: readonly Uint8Array[]): Uint8Array =>
  bytes(...parts.flatMap((part) => [part.length, [...part]]), 0);

describe('the door', () => {
  it.each(CASES)('%s', (_what, message, expected) => {
    const checked = checkMessage(message);
    expect(checked.kind === 'malformed' ? checked.reason : 'fine').toBe(expected);
  });

  it('takes a name of 255 octets and refuses one of 256', () => {
    const longest = wireOf(Array.from({ length: 127 }, () => Uint8Array.of(97)));
    const longer = bytes(2, 'ab', [...longest].slice(2));
    const asked = (name: Uint8Array): Uint8Array => bytes(header(1), [...name], 0, 1, 0, 1);
    expect([longest.length, longer.length]).toEqual([255, 256]);
    expect(checkMessage(asked(longest)).kind).toBe('message');
    expect(checkMessage(asked(longer))).toEqual({ kind: 'malformed', reason: 'name-too-long' });
  });

  it('neither throws nor takes long, whatever the octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (octets) => {
        readMessage(octets);
        readQuery(octets);
      }),
      { numRuns: 2000 },
    );
  });

  it('neither throws nor takes long, however a good message is bent', () => {
    const good = encodeQuery({ id: 7, name: 'www.example.org', type: 'A', edns: { udpPayloadSize: 1232 } });
    const bend = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(bend, fc.nat(good.length), (changes, cut) => {
        const bent = good.slice(0, cut);
        for (const [at, octet] of changes) if (at < cut) bent[at] = octet;
        readMessage(bent);
        const world = new World({ corefile: '. {\n cache\n forward . 192.0.2.53\n}' });
        world.send(bent);
        world.send(bent, { transport: 'tcp' });
      }),
      { numRuns: 500 },
    );
  });

  it('costs little even where a packet is made to cost much', () => {
    const hostile = bytes(
      header(1, 65535, 65535, 65535, 0),
      question,
      Array.from({ length: 65000 }, () => 0xc0),
    );
    // A reader that follows each of these pointers would take longer than a test may.
    for (let count = 0; count < 1000; count += 1) expect(readQuery(hostile).kind).not.toBe('query');
  });
});

describe('a name', () => {
  it('survives presentation form, every octet of it', () => {
    fc.assert(
      fc.property(labels, (parts) => {
        const wire = wireOf(parts);
        fc.pre(wire.length <= 255);
        expect(readNameText(nameText(wire))).toEqual(wire);
      }),
    );
  });

  it('equals another exactly where the wire, ASCII case aside, does', () => {
    const lower = (octet: number): number => (octet >= 65 && octet <= 90 ? octet + 32 : octet);
    fc.assert(
      fc.property(labels, labels, (one, other) => {
        const [a, b] = [wireOf(one), wireOf(other)];
        expect(foldName(a) === foldName(b)).toBe(String(a.map(lower)) === String(b.map(lower)));
      }),
    );
  });

  it.each(['a..b', '.a', `${'x'.repeat(64)}.org`, 'a\\', 'a\\256', 'Ā', ''])('is not %j', (text) => {
    expect(readNameText(text)).toBeUndefined();
  });

  it.each([
    ['a\\.b.org', 'a\\.b.org.'],
    ['a\\032b', 'a\\ b.'],
    ['\\000\\255', '\\000\\255.'],
    ['.', '.'],
  ])('%s is written %s', (text, written) => {
    expect(nameText(readNameText(text) ?? new Uint8Array())).toBe(written);
  });
});

describe('names that text would merge (a cache poisoned by any client)', () => {
  /** The first asks for something odd, the second for the plain name. */
  const PAIRS: readonly (readonly [string, string, string])[] = [
    ['the Kelvin sign and k', 'faceboo\\226\\132\\170.com', 'facebook.com'],
    ['a dot in a label', 'www\\.example.com', 'www.example.com'],
    ['one label with all the dots', 'www\\.facebook\\.com', 'www.facebook.com'],
    ['a label that is a dot', '\\.', '.'],
    ['octets that are no UTF-8', '\\255\\254.com', '\\254\\255.com'],
    ['a capital outside ASCII', '\\192.com', '\\224.com'],
    ['a backslash', 'a\\\\.b.com', 'a.b.com'],
    ['a NUL', 'a\\000.com', 'a.com'],
  ];

  it.each(PAIRS)('%s', (_what, odd, plain) => {
    const world = new World({ corefile: '. {\n cache\n forward . 192.0.2.53\n}' });
    const soa = {
      name: '.',
      type: 'SOA',
      ttlSeconds: 60,
      data: {
        kind: 'start-of-authority',
        mname: '.',
        rname: '.',
        serial: 1,
        refresh: 1,
        retry: 1,
        expire: 1,
        minimum: 60,
      },
    } as const;
    world.ask({ name: odd });
    world.respond({ rcode: 'NXDOMAIN', authorities: [soa] });
    world.ask({ name: plain });
    expect(world.cacheSteps).toEqual(['miss', 'stored denial 60', 'miss']);
  });
});
