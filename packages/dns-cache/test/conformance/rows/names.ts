import { expect } from 'vitest';
import type { Octets } from '../../support/packets.ts';
import { labels, packet, question } from '../../support/packets.ts';
import { read } from '../../support/world.ts';
import type { Lab } from '../lab.ts';
import type { Row } from '../row.ts';

const octetsOf = (message: Uint8Array, name: Uint8Array): Uint8Array => message.subarray(12, 12 + name.length);

/** Each of these names is asked by itself: the second is never answered by what was kept for the first. */
const apart = async (lab: Lab, ...names: readonly Uint8Array[]): Promise<void> => {
  const before = lab.upstream.queries.length;
  for (const name of names) {
    const answer = await lab.send(packet({}, question(name)));
    expect(octetsOf(answer, name)).toEqual(name);
    expect(read(answer)).toMatchObject({ rcode: 'NOERROR', answers: [{}] });
  }
  const asked = lab.upstream.queries.slice(before).map(({ bytes }) => Buffer.from(bytes).toString('hex'));
  for (const name of names) {
    expect(asked.filter((query) => query.slice(24).startsWith(Buffer.from(name).toString('hex')))).toHaveLength(1);
  }
};

const pairRow = (
  id: string,
  what: string,
  odd: readonly (string | Octets)[],
  plain: readonly (string | Octets)[],
): Row => ({
  id,
  severity: 'MUST',
  source: 'RFC 2181 §11, RFC 4343 §3',
  sent: what,
  expected: 'the plain name gets an answer of its own',
  check: (lab) => apart(lab, labels(...odd), labels(...plain)),
});

const ODD_LABELS: readonly (readonly [string, Octets])[] = [
  ['NUL', [0x61, 0x00, 0x62]],
  ['octets that are no UTF-8', [0xff, 0xfe]],
  ['a backslash', [0x5c, 0x61]],
  ['a line feed', [0x61, 0x0a, 0x62]],
  ['a space and a quote', [0x20, 0x22]],
];

/** Which octets make two names one (RFC 1035 §3.1, RFC 2181 §11, RFC 4343). */
export const nameRows: readonly Row[] = [
  {
    id: 'W-16',
    severity: 'MUST',
    source: 'RFC 2181 §11',
    sent: `labels with ${ODD_LABELS.map(([what]) => what).join(', ')}`,
    expected: 'answers that echo the question octet for octet, each kept by itself',
    check: (lab) => apart(lab, ...ODD_LABELS.map(([, label]) => labels(label, 'w-16', 'test'))),
  },
  pairRow('W-17', 'one label with dots in it, then the labels', ['www.w-17', 'test'], ['www', 'w-17', 'test']),
  pairRow(
    'W-17a',
    'a backslash before a dot, then an escaped one',
    ['a\\.b', 'w-17a', 'test'],
    ['a\\', 'b', 'w-17a', 'test'],
  ),
  pairRow('W-17b', 'the label ".", then nothing in its place', ['.', 'w-17b', 'test'], ['w-17b', 'test']),
  pairRow(
    'W-17c',
    'two names that are one in broken UTF-8',
    [[0xff, 0xfe], 'w-17c', 'test'],
    [[0xfe, 0xff], 'w-17c', 'test'],
  ),
  pairRow('W-17d', 'a final NUL label character, then without', ['w-17d\0', 'test'], ['w-17d', 'test']),
  {
    id: 'W-18',
    severity: 'MUST',
    source: 'RFC 4343 §3, RFC 1035 §2.3.3',
    sent: 'a name in mixed case, then in another',
    expected: 'one upstream query; each gets its own spelling back',
    async check(lab) {
      for (const name of [labels('wWw', 'W-18', 'tEST'), labels('WwW', 'w-18', 'Test')]) {
        const answer = await lab.send(packet({}, question(name)));
        expect(octetsOf(answer, name)).toEqual(name);
        expect(read(answer).answers).toHaveLength(1);
      }
      expect(lab.upstream.asked('www.w-18.test.')).toHaveLength(1);
    },
  },
  pairRow('W-19', 'octets C0 and E0, which only Latin-1 folds', [[0xe0], 'w-19', 'test'], [[0xc0], 'w-19', 'test']),
  pairRow('W-19a', 'the Kelvin sign, then k', [[0xe2, 0x84, 0xaa], 'w-19a', 'test'], ['k', 'w-19a', 'test']),
  pairRow('W-19b', 'a dotted capital I in UTF-8, then i', [[0xc4, 0xb0], 'w-19b', 'test'], ['i', 'w-19b', 'test']),
  {
    id: 'A-23',
    severity: 'practice',
    source: 'prototype pollution',
    sent: '`__proto__.`, `constructor.`, `toString.`, `hasOwnProperty.`',
    expected: 'answers, the second time from the cache',
    async check(lab) {
      for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
        for (let time = 1; time <= 2; time += 1) expect((await lab.ask({ name })).answers).toHaveLength(1);
        expect(lab.upstream.asked(`${name.toLowerCase()}.`)).toHaveLength(1);
      }
    },
  },
  {
    id: 'A-07',
    severity: 'practice',
    source: 'Injection Attacks Reloaded (USENIX Security 2021)',
    sent: 'a name with a line feed, with `log` on',
    expected: 'one line in the log, with the octet as \\010',
    async check(lab) {
      await lab.send(packet({}, question(labels([0x78, 0x0a, 0x5b, 0x49, 0x5d], 'a-07', 'test'))));
      const lines = lab.lines.filter((line) => line.includes('a-07'));
      expect(lines).toHaveLength(1);
      expect(lines[0]).toContain(String.raw`x\010[i].a-07.test.`);
      expect(lines[0]).not.toContain('\n');
    },
  },
  {
    id: 'CVE-2017-14491',
    severity: 'practice',
    source: 'CVE-2017-14491, CVE-2026-2291',
    sent: 'a name of 255 octets that all need escapes',
    expected: 'an answer and a line in the log',
    async check(lab) {
      const name = labels(...[63, 63, 63, 57].map((length) => Array.from({ length }, () => 7)), 'lf');
      expect(name).toHaveLength(254);
      expect(read(await lab.send(packet({}, question(name))))).toMatchObject({ rcode: 'NOERROR', answers: [{}] });
      expect(lab.lines.filter((line) => line.includes(String.raw`\007`.repeat(63)))).toHaveLength(1);
    },
  },
];
