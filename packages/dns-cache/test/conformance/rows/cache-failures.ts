import { expect } from 'vitest';
import { a, soa } from '../../support/world.ts';
import { Clock, ttlsOf } from '../clock.ts';
import { block, inLab } from '../lab.ts';
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
  return (optOf(bytes)?.options ?? []).flatMap(({ code, data }) => (code === 15 ? [((data[0] ?? 0) << 8) | (data[1] ?? 0)] : []));
};

/** Failures, and answers after their time (RFC 2308 §7, 8767, 9520). The clock is moved, on the pure server. */
export const failureRows: readonly Row[] = [
  {
    id: 'C-17', severity: 'MUST', source: 'RFC 9520 §3.2', sent: 'SERVFAIL from the upstream, then the same question', expected: 'kept for 1 s at least, 5 minutes at most',
    check() {
      const clock = new Clock('cache');
      clock.ask({ name: NAME }, { rcode: 'SERVFAIL' });
      clock.pass(1);
      expect(clock.ask({ name: NAME })).toMatchObject({ rcode: 'SERVFAIL' });
      expect(clock.asked).toBe(1);
      clock.pass(299);
      expect(clock.ask({ name: NAME }, answer(60))).toMatchObject({ rcode: 'NOERROR' });
    },
  },
  {
    id: 'C-18', severity: 'MUST', source: 'RFC 9520 §3.2', sent: 'an upstream that never answers, then the same question at once',
    expected: 'SERVFAIL within 5 s, kept for 1 s at least',
    check() {
      const clock = new Clock('cache');
      const query = clock.world.ask({ name: NAME });
      while (clock.world.rawAnswer(query) === undefined) clock.pass(0.1);
      const before = clock.asked;
      clock.pass(0.8);
      expect(clock.ask({ name: NAME })).toMatchObject({ rcode: 'SERVFAIL' });
      expect(clock.asked).toBe(before);
    },
  },
  {
    id: 'C-18a', severity: 'practice', source: 'resolv.conf(5): timeout', sent: 'an upstream that never answers', expected: 'SERVFAIL within 5 s',
    check() {
      const clock = new Clock('cache');
      const query = clock.world.ask({ name: NAME });
      clock.pass(5);
      expect(clock.world.answer(query)).toMatchObject({ rcode: 'SERVFAIL' });
    },
  },
  {
    id: 'C-19', severity: 'MUST', source: 'RFC 9520 §3.1', sent: 'an upstream that never answers', expected: 'three transmissions of a query at most',
    check() {
      const clock = new Clock('cache');
      clock.askInVain({ name: NAME });
      expect(clock.asked).toBeGreaterThan(1);
      expect(clock.asked).toBeLessThanOrEqual(3);
    },
  },
  {
    id: 'C-20', severity: 'practice', source: 'CoreDNS TestServfailDoesNotShadowPositiveCache', sent: 'SERVFAIL for RD=0 while the answer for RD=1 is good', expected: 'RD=1 still gets the answer',
    check() {
      const clock = new Clock('cache');
      clock.ask({ name: NAME, recursionDesired: false }, { rcode: 'SERVFAIL' });
      clock.pass(1);
      clock.ask({ name: NAME }, answer(60));
      clock.ask({ name: NAME, recursionDesired: false }, { rcode: 'SERVFAIL' });
      expect(clock.ask({ name: NAME })).toMatchObject({ rcode: 'NOERROR', answers: [{}] });
    },
  },
  {
    id: 'C-21', severity: 'practice', source: 'RFC 2308 §7', sent: 'REFUSED, FORMERR, YXDOMAIN, NOTIMP from the upstream', expected: 'passed on; none is kept for more than 30 s',
    check() {
      for (const rcode of ['REFUSED', 'FORMERR', 'YXDOMAIN', 'NOTIMP']) {
        const clock = new Clock('cache');
        expect(clock.ask({ name: NAME }, { rcode, authorities: [soa('test', 900, 900)] })).toMatchObject({ rcode });
        clock.pass(30);
        expect(clock.ask({ name: NAME }, answer(60))).toMatchObject({ rcode: 'NOERROR' });
      }
    },
  },
  {
    id: 'C-22', severity: 'MUST', source: 'RFC 2181 §9', sent: 'a truncated answer', expected: 'not kept',
    check() {
      const clock = new Clock('cache');
      clock.ask({ name: NAME }, { ...answer(60), truncated: true });
      clock.ask({ name: NAME }, answer(60));
      expect(clock.asked).toBe(2);
    },
  },
  {
    id: 'C-34', severity: 'MUST', source: 'RFC 8767 §5, RFC 8914 §4.4', sent: 'an answer 10 s after its time, upstream dead, `serve_stale 1h immediate 30s`',
    expected: 'that answer with TTL 30 and the extended error 3',
    check() {
      const clock = staleAfter(10);
      const stale = clock.ask({ name: NAME, edns: EDNS });
      expect(stale).toMatchObject({ rcode: 'NOERROR', answers: [{ ttlSeconds: 30 }] });
      expect(extendedErrors(clock)).toEqual([STALE_ANSWER]);
    },
  },
  {
    id: 'C-35', severity: 'SHOULD', source: 'RFC 8914 §4.20', sent: 'a denial 10 s after its time, upstream dead', expected: 'that denial with the extended error 19',
    check() {
      const clock = new Clock(STALE);
      clock.ask({ name: NAME, edns: EDNS }, { rcode: 'NXDOMAIN', authorities: [soa('test', 60, 60)] });
      clock.pass(70);
      expect(clock.ask({ name: NAME, edns: EDNS })).toMatchObject({ rcode: 'NXDOMAIN' });
      expect(extendedErrors(clock)).toEqual([STALE_NXDOMAIN]);
    },
  },
  {
    id: 'C-36', severity: 'MUST', source: 'RFC 8767 §5', sent: 'an answer older than `serve_stale` allows, upstream dead', expected: 'SERVFAIL',
    check: () => expect(staleAfter(3600).askInVain({ name: NAME })).toMatchObject({ rcode: 'SERVFAIL' }),
  },
  {
    id: 'C-37', severity: 'SHOULD', source: 'RFC 8767 §5', sent: 'an upstream that is back after a stale answer', expected: 'a fresh answer after 30 s at most',
    check() {
      const clock = staleAfter(10);
      clock.askInVain({ name: NAME });
      clock.pass(30);
      clock.ask({ name: NAME }, answer(60, 2));
      expect(clock.ask({ name: NAME })).toMatchObject({ answers: [{ data: { address: '192.0.2.2' } }] });
    },
  },
  {
    id: 'C-38', severity: 'SHOULD', source: 'RFC 8767 §5', sent: 'SERVFAIL when a stale answer is refreshed', expected: 'the stale answer stays',
    check() {
      const clock = staleAfter(10);
      for (let time = 1; time <= 2; time += 1) {
        expect(clock.ask({ name: NAME }, { rcode: 'SERVFAIL' })).toMatchObject({ rcode: 'NOERROR', answers: [{}] });
        clock.pass(1);
      }
    },
  },
  {
    id: 'C-39', severity: 'MUST', source: 'RFC 8767 §5', sent: 'NXDOMAIN when a stale answer is refreshed', expected: 'the denial takes its place',
    check() {
      const clock = staleAfter(10);
      clock.ask({ name: NAME }, { rcode: 'NXDOMAIN', authorities: [soa('test', 60, 60)] });
      expect(clock.ask({ name: NAME })).toMatchObject({ rcode: 'NXDOMAIN', answers: [] });
    },
  },
  {
    id: 'C-40', severity: 'practice', source: 'CoreDNS plugin/cache', sent: 'a name asked for often, in the last tenth of its TTL, with `prefetch 2 1m 10%`',
    expected: 'one query in the background; nobody waits',
    check() {
      const clock = new Clock('cache {\n prefetch 2 1m 10%\n }');
      clock.ask({ name: NAME }, answer(100));
      for (let time = 1; time <= 3; time += 1) clock.ask({ name: NAME });
      clock.pass(95);
      for (let time = 1; time <= 2; time += 1) expect(ttlsOf(clock.ask({ name: NAME }))).toEqual([5]);
      expect(clock.asked).toBe(2);
      clock.world.respond(answer(100, 2));
      expect(clock.ask({ name: NAME })).toMatchObject({ answers: [{ ttlSeconds: 100, data: { address: '192.0.2.2' } }] });
    },
  },
  {
    id: 'C-33', severity: 'practice', source: 'RFC 5452 §5', sent: '100 identical queries at once over the network, upstream silent', expected: '100 times SERVFAIL',
    check: () =>
      inLab(block('cache'), async (lab) => {
        lab.upstream.script({ name: 'c-33.test.', react: [{ kind: 'silence' }] });
        const asking = Array.from({ length: 100 }, (_, id) => lab.ask({ id, name: 'c-33.test' }));
        const answers = await Promise.all(asking);
        expect(answers.map(({ id, rcode }) => `${id} ${rcode}`)).toEqual(answers.map((_, id) => `${id} SERVFAIL`));
        expect(lab.upstream.asked('c-33.test.').length).toBeLessThanOrEqual(3);
      }),
  },
];
