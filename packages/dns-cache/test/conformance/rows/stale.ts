import { expect } from 'vitest';
import { a, alias, soa } from '../../support/world.ts';
import { Clock, ttlsOf } from '../clock.ts';
import type { Row } from '../row.ts';
import { optOf } from './opt.ts';

const NAME = 'www.example.test';
const answer = (ttl: number, last = 1) => ({ answers: [a(NAME, `192.0.2.${last}`, ttl)] });
const STALE = 'cache {\n serve_stale 1h immediate 30s\n }';
const staleAfter = (seconds: number, options = STALE): Clock => {
  const clock = new Clock(options);
  clock.ask({ name: NAME }, answer(60));
  clock.pass(60 + seconds);
  return clock;
};
const EDNS = { udpPayloadSize: 1232 };
const STALE_ANSWER = 3;
const STALE_NXDOMAIN = 19;

/** The codes of the extended errors (RFC 8914) in the last answer. */
const extendedErrors = (clock: Clock): readonly number[] => {
  const bytes = clock.world.effects.findLast((effect) => effect.kind === 'answer')?.message ?? new Uint8Array();
  return (optOf(bytes)?.options ?? []).flatMap(({ code, data }) =>
    code === 15 ? [((data[0] ?? 0) << 8) | (data[1] ?? 0)] : [],
  );
};

/** Answers after their time, and before it (RFC 8767, 8914). The clock is moved, on the pure server. */
export const staleRows: readonly Row[] = [
  {
    id: 'C-34',
    severity: 'MUST',
    source: 'RFC 8767 §5, RFC 8914 §4.4',
    sent: 'an answer 10 s after its time, upstream dead, `serve_stale 1h immediate 30s`',
    expected: 'that answer with TTL 30 and the extended error 3',
    check() {
      const clock = staleAfter(10);
      const stale = clock.ask({ name: NAME, edns: EDNS });
      expect(stale).toMatchObject({ rcode: 'NOERROR', answers: [{ ttlSeconds: 30 }] });
      expect(extendedErrors(clock)).toEqual([STALE_ANSWER]);
    },
  },
  {
    id: 'C-35',
    severity: 'SHOULD',
    source: 'RFC 8914 §4.20',
    sent: 'a denial 10 s after its time, upstream dead',
    expected: 'that denial with the extended error 19',
    check() {
      const clock = new Clock(STALE);
      clock.ask({ name: NAME, edns: EDNS }, { rcode: 'NXDOMAIN', authorities: [soa('test', 60, 60)] });
      clock.pass(70);
      expect(clock.ask({ name: NAME, edns: EDNS })).toMatchObject({ rcode: 'NXDOMAIN' });
      expect(extendedErrors(clock)).toEqual([STALE_NXDOMAIN]);
    },
  },
  {
    id: 'C-36',
    severity: 'MUST',
    source: 'RFC 8767 §5',
    sent: 'an answer older than `serve_stale` allows, upstream dead',
    expected: 'SERVFAIL',
    check: () => expect(staleAfter(3600).askInVain({ name: NAME })).toMatchObject({ rcode: 'SERVFAIL' }),
  },
  {
    id: 'C-37',
    severity: 'SHOULD',
    source: 'RFC 8767 §5',
    sent: 'an upstream that is back after a stale answer',
    expected: 'a fresh answer after 30 s at most',
    check() {
      const clock = staleAfter(10);
      clock.askInVain({ name: NAME });
      clock.pass(30);
      clock.ask({ name: NAME }, answer(60, 2));
      expect(clock.ask({ name: NAME })).toMatchObject({ answers: [{ data: { address: '192.0.2.2' } }] });
    },
  },
  {
    id: 'C-38',
    severity: 'SHOULD',
    source: 'RFC 8767 §5',
    sent: 'SERVFAIL when a stale answer is refreshed',
    expected: 'the stale answer stays',
    check() {
      const clock = staleAfter(10);
      for (let time = 1; time <= 2; time += 1) {
        expect(clock.ask({ name: NAME }, { rcode: 'SERVFAIL' })).toMatchObject({ rcode: 'NOERROR', answers: [{}] });
        clock.pass(1);
      }
    },
  },
  {
    id: 'C-39',
    severity: 'MUST',
    source: 'RFC 8767 §5',
    sent: 'NXDOMAIN when a stale answer is refreshed',
    expected: 'the denial takes its place',
    check() {
      const clock = staleAfter(10);
      clock.ask({ name: NAME }, { rcode: 'NXDOMAIN', authorities: [soa('test', 60, 60)] });
      expect(clock.ask({ name: NAME })).toMatchObject({ rcode: 'NXDOMAIN', answers: [] });
    },
  },
  {
    id: 'C-40',
    severity: 'practice',
    source: 'CoreDNS plugin/cache',
    sent: 'a name asked for often, in the last tenth of its TTL, with `prefetch 2 1m 10%`',
    expected: 'one query in the background; nobody waits',
    check() {
      const clock = new Clock('cache {\n prefetch 2 1m 10%\n }');
      clock.ask({ name: NAME }, answer(100));
      for (let time = 1; time <= 3; time += 1) clock.ask({ name: NAME });
      clock.pass(95);
      for (let time = 1; time <= 2; time += 1) expect(ttlsOf(clock.ask({ name: NAME }))).toEqual([5]);
      expect(clock.asked).toBe(2);
      clock.world.respond(answer(100, 2));
      expect(clock.ask({ name: NAME })).toMatchObject({
        answers: [{ ttlSeconds: 100, data: { address: '192.0.2.2' } }],
      });
    },
  },
  {
    id: 'CVE-2022-3736',
    severity: 'practice',
    source: 'CVE-2022-3736, CVE-2022-3924, CVE-2023-2911, CVE-2025-40777',
    sent: 'RRSIG, a CNAME chain and a denial after their time, `verify` with and without a time, upstream dead or answering late',
    expected: 'one answer to each, stale or fresh',
    check() {
      const replies = [
        {
          type: 'RRSIG',
          answers: [
            {
              name: NAME,
              type: 'RRSIG',
              ttlSeconds: 60,
              data: { kind: 'opaque', octets: new Uint8Array(24) },
            } as const,
          ],
        },
        {
          type: 'A',
          answers: [alias(NAME, 'b.test', 60), alias('b.test', 'c.test', 60), a('c.test', '192.0.2.1', 60)],
        },
        { type: 'A', authorities: [soa('test', 60, 60)] },
      ];
      for (const mode of ['verify', 'verify 0s', 'verify 1ms', 'verify 100ms', 'immediate']) {
        for (const { type, ...reply } of replies) {
          for (const lateMs of [0, 50, 200, Number.POSITIVE_INFINITY]) {
            const clock = new Clock(`cache {\n serve_stale 1h ${mode}\n }`);
            clock.ask({ name: NAME, type }, reply);
            clock.pass(70);
            const query = clock.world.ask({ name: NAME, type });
            clock.pass(Math.min(lateMs, 6000) / 1000);
            if (lateMs < 1000) clock.world.respond(reply);
            clock.pass(6);
            expect(clock.world.answer(query)).toMatchObject({ rcode: 'NOERROR' });
            const answers = clock.world.effects.filter((effect) => effect.kind === 'answer' && effect.query === query);
            expect(answers).toHaveLength(1);
          }
        }
      }
    },
  },
];
