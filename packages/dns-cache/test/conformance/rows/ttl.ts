import { expect, vi } from 'vitest';
import { a, World } from '../../support/world.ts';
import { askedAt, Clock, ttlsOf } from '../clock.ts';
import type { Row } from '../row.ts';

const NAME = 'www.example.test';
const answer = (ttl: number) => ({ answers: [a(NAME, '192.0.2.1', ttl)] });

/** How long answers live (RFC 1034, 1035, 2181). The clock is moved, on the pure server. */
export const ttlRows: readonly Row[] = [
  {
    id: 'C-01',
    severity: 'MUST',
    source: 'RFC 1035 §3.2.1',
    sent: 'A with TTL 60 twice, 10 s apart',
    expected: 'one upstream query, then TTL 50 in each section',
    check() {
      const clock = new Clock();
      const reply = {
        ...answer(60),
        authorities: [{ name: 'example.test', type: 'NS', ttlSeconds: 60, data: { kind: 'name', name: 'ns.test' } }],
      } as const;
      expect(ttlsOf(clock.ask({ name: NAME }, reply))).toEqual([60, 60]);
      clock.pass(10);
      expect(ttlsOf(clock.ask({ name: NAME }))).toEqual([50, 50]);
      expect(clock.asked).toBe(1);
    },
  },
  {
    id: 'C-02',
    severity: 'MUST',
    source: 'RFC 1035 §3.2.1',
    sent: 'the same at 59.9 s and at 60 s',
    expected: 'asked again only then',
    check() {
      const clock = new Clock();
      expect(askedAt(clock, NAME, answer(60), 0, 59.9)).toBe(1);
      clock.pass(0.1);
      clock.ask({ name: NAME }, answer(60));
      expect(clock.asked).toBe(2);
    },
  },
  {
    id: 'C-03',
    severity: 'MUST',
    source: 'RFC 1035 §3.2.1',
    sent: 'TTL 0 three times, with MINTTL 0',
    expected: 'asked each time',
    check: () => expect(askedAt(new Clock(), NAME, answer(0), 0, 0, 0)).toBe(3),
  },
  {
    id: 'C-03a',
    severity: 'MUST',
    source: 'RFC 1035 §3.2.1',
    sent: 'TTL 0 twice within 5 s, with `cache` as it is',
    expected: 'asked each time',
    check: () => expect(askedAt(new Clock('cache'), NAME, answer(0), 0, 4)).toBe(2),
    instead() {
      const clock = new Clock('cache');
      expect(ttlsOf(clock.ask({ name: NAME }, answer(0)))).toEqual([5]);
      expect(askedAt(clock, NAME, answer(0), 4.9)).toBe(1);
      expect(askedAt(clock, NAME, answer(0), 0.2)).toBe(2);
    },
  },
  {
    id: 'C-04',
    severity: 'MUST',
    source: 'RFC 2181 §8, RFC 8767 §4',
    sent: 'TTLs of 0x80000001 and 0x7fffffff',
    expected: 'the first is 0, the second capped',
    check() {
      const clock = new Clock();
      expect(ttlsOf(clock.ask({ name: NAME }, answer(0x80000001)))).toEqual([0]);
      expect(ttlsOf(clock.ask({ name: NAME }, answer(0x7fffffff)))).toEqual([604800]);
      expect(clock.asked).toBe(2);
    },
  },
  {
    id: 'C-05',
    severity: 'practice',
    source: 'CoreDNS plugin/cache',
    sent: 'TTL 3600 with `cache 30`',
    expected: 'told 30, gone after 30 s',
    check() {
      const clock = new Clock('cache 30');
      expect(ttlsOf(clock.ask({ name: NAME }, answer(3600)))).toEqual([30]);
      expect(askedAt(clock, NAME, answer(3600), 29.9)).toBe(1);
      expect(askedAt(clock, NAME, answer(3600), 0.1)).toBe(2);
    },
  },
  {
    id: 'C-06',
    severity: 'MUST',
    source: 'RFC 2181 §5.2',
    sent: 'TTL 300 in the answer, 10 in the authority section',
    expected: 'gone after 10 s',
    check() {
      const authorities = [
        { name: 'example.test', type: 'NS', ttlSeconds: 10, data: { kind: 'name', name: 'ns.test' } },
      ] as const;
      expect(askedAt(new Clock(), NAME, { ...answer(300), authorities }, 0, 9.9, 10)).toBe(2);
    },
  },
  {
    id: 'C-30',
    severity: 'practice',
    source: 'coredns#8346',
    sent: 'a wall clock that jumps an hour forward and back',
    expected: 'TTLs as before',
    alone: true,
    async check(lab) {
      for (const jump of [3_600_000, -3_600_000]) {
        const now = Date.now();
        const spy = vi.spyOn(Date, 'now').mockImplementation(() => now + jump);
        const { answers } = await lab.ask({ name: 'c-30.test' });
        spy.mockRestore();
        expect(answers[0]?.ttlSeconds).toBeGreaterThan(295);
      }
      expect(lab.upstream.asked('c-30.test.')).toHaveLength(1);
    },
  },
  {
    id: 'C-42',
    severity: 'practice',
    source: 'CoreDNS plugin/cache',
    sent: 'TTL 60 with `keepttl`, after 59 s',
    expected: '60, and asked again after 60 s',
    check() {
      const clock = new Clock('cache {\n keepttl\n }');
      clock.ask({ name: NAME }, answer(60));
      clock.pass(59);
      expect(ttlsOf(clock.ask({ name: NAME }))).toEqual([60]);
      expect(askedAt(clock, NAME, answer(60), 1)).toBe(2);
    },
  },
  {
    id: 'A-17',
    severity: 'MUST',
    source: 'CVE-2012-1192, CVE-2022-30698',
    sent: 'a name asked for again just before its TTL ends, for ten TTLs',
    expected: 'asked each TTL: a hit lengthens nothing',
    check: () =>
      expect(askedAt(new Clock(), NAME, answer(10), ...Array.from({ length: 100 }, (_, second) => second))).toBe(10),
  },
  {
    id: 'C-31',
    severity: 'practice',
    source: 'CVE-2023-2828',
    sent: '10,000 names into a cache of 1,024',
    expected: 'never more than 1,024 entries',
    check() {
      const world = new World({ corefile: '. {\n cache {\n success 1024\n denial 1024\n }\n forward . 192.0.2.53\n}' });
      const entries: number[] = [];
      for (let index = 0; index < 10_000; index += 1) {
        world.ask({ name: `n${index}.test` });
        world.respond({ answers: [a(`n${index}.test`, '192.0.2.1', 60)] });
        for (const effect of world.effects.splice(0)) {
          if (effect.kind === 'cache' && effect.outcome === 'stored') entries.push(effect.entries);
        }
      }
      expect(entries).toHaveLength(10_000);
      expect(Math.max(...entries)).toBe(1024);
    },
  },
];
