import { expect } from 'vitest';
import { a, soa } from '../../support/world.ts';
import { Clock } from '../clock.ts';
import { block, inLab } from '../lab.ts';
import type { Row } from '../row.ts';

const NAME = 'www.example.test';
const answer = (ttl: number, last = 1) => ({ answers: [a(NAME, `192.0.2.${last}`, ttl)] });

/** Failures (RFC 2181 §9, 2308 §7, 9520). The clock is moved, on the pure server. */
export const failureRows: readonly Row[] = [
  {
    id: 'C-17',
    severity: 'MUST',
    source: 'RFC 9520 §3.2',
    sent: 'SERVFAIL from the upstream, then the same question',
    expected: 'kept for 1 s at least, 5 minutes at most',
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
    id: 'C-18',
    severity: 'MUST',
    source: 'RFC 9520 §3.2',
    sent: 'an upstream that never answers, then the same question at once',
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
    id: 'C-18a',
    severity: 'practice',
    source: 'resolv.conf(5): timeout',
    sent: 'an upstream that never answers',
    expected: 'SERVFAIL within 5 s',
    check() {
      const clock = new Clock('cache');
      const query = clock.world.ask({ name: NAME });
      clock.pass(5);
      expect(clock.world.answer(query)).toMatchObject({ rcode: 'SERVFAIL' });
    },
  },
  {
    id: 'C-19',
    severity: 'MUST',
    source: 'RFC 9520 §3.1',
    sent: 'an upstream that never answers',
    expected: 'three transmissions of a query at most',
    check() {
      const clock = new Clock('cache');
      clock.askInVain({ name: NAME });
      expect(clock.asked).toBeGreaterThan(1);
      expect(clock.asked).toBeLessThanOrEqual(3);
    },
  },
  {
    id: 'C-20',
    severity: 'practice',
    source: 'CoreDNS TestServfailDoesNotShadowPositiveCache',
    sent: 'SERVFAIL for RD=0 while the answer for RD=1 is good',
    expected: 'RD=1 still gets the answer',
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
    id: 'C-21',
    severity: 'practice',
    source: 'RFC 2308 §7',
    sent: 'REFUSED, FORMERR, YXDOMAIN, NOTIMP from the upstream',
    expected: 'passed on; none is kept for more than 30 s',
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
    id: 'C-22',
    severity: 'MUST',
    source: 'RFC 2181 §9',
    sent: 'a truncated answer',
    expected: 'not kept',
    check() {
      const clock = new Clock('cache');
      clock.ask({ name: NAME }, { ...answer(60), truncated: true });
      clock.ask({ name: NAME }, answer(60));
      expect(clock.asked).toBe(2);
    },
  },
  {
    id: 'C-33',
    severity: 'practice',
    source: 'RFC 5452 §5',
    sent: '100 identical queries at once over the network, upstream silent',
    expected: '100 times SERVFAIL',
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
