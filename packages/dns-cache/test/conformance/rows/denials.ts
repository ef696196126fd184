import { expect } from 'vitest';
import { alias, soa } from '../../support/world.ts';
import { askedAt, Clock, ttlsOf } from '../clock.ts';
import type { Row } from '../row.ts';

const NAME = 'www.example.test';

/** How long denials live (RFC 2308, 8020). The clock is moved, on the pure server. */
export const denialRows: readonly Row[] = [
  {
    id: 'C-07',
    severity: 'MUST',
    source: 'RFC 2308 §5, §6',
    sent: 'NXDOMAIN whose SOA has TTL 900, MINIMUM 5',
    expected: 'kept 5 s; the SOA is told and goes down',
    check() {
      const clock = new Clock();
      const reply = { rcode: 'NXDOMAIN', authorities: [soa('test', 900, 5)] };
      expect(ttlsOf(clock.ask({ name: NAME }, reply))).toEqual([5]);
      clock.pass(2);
      expect(clock.ask({ name: NAME })).toMatchObject({
        rcode: 'NXDOMAIN',
        authorities: [{ type: 'SOA', ttlSeconds: 3 }],
      });
      expect(askedAt(clock, NAME, reply, 3)).toBe(2);
    },
  },
  {
    id: 'C-08',
    severity: 'MUST',
    source: 'RFC 2308 §3',
    sent: 'NXDOMAIN whose SOA has TTL 3, MINIMUM 900',
    expected: 'kept 3 s',
    check: () =>
      expect(askedAt(new Clock(), NAME, { rcode: 'NXDOMAIN', authorities: [soa('test', 3, 900)] }, 0, 2.9, 3)).toBe(2),
  },
  {
    id: 'C-09',
    severity: 'SHOULD',
    source: 'RFC 8020 §2',
    sent: 'AAAA after NXDOMAIN for A',
    expected: 'no upstream query is needed',
    check() {
      const clock = new Clock();
      const reply = { rcode: 'NXDOMAIN', authorities: [soa('test', 900, 900)] };
      clock.ask({ name: NAME }, reply);
      clock.ask({ name: NAME, type: 'AAAA' }, reply);
      expect(clock.asked).toBe(1);
    },
    instead() {
      const clock = new Clock();
      const reply = { rcode: 'NXDOMAIN', authorities: [soa('test', 900, 900)] };
      clock.ask({ name: NAME }, reply);
      expect(clock.ask({ name: NAME, type: 'AAAA' }, reply)).toMatchObject({ rcode: 'NXDOMAIN' });
      expect(clock.asked).toBe(2);
    },
  },
  {
    id: 'C-10',
    severity: 'MUST',
    source: 'RFC 2308 §5',
    sent: 'AAAA after NODATA for A',
    expected: 'asked: NODATA is about one type',
    check() {
      const clock = new Clock();
      clock.ask({ name: NAME }, { authorities: [soa('test', 900, 900)] });
      clock.ask({ name: NAME, type: 'AAAA' }, { authorities: [soa('test', 900, 900)] });
      expect(clock.asked).toBe(2);
    },
  },
  {
    id: 'C-11',
    severity: 'SHOULD',
    source: 'RFC 2308 §5',
    sent: 'NXDOMAIN and NODATA without SOA',
    expected: 'passed on, not kept',
    check() {
      expect(new Clock().ask({ name: NAME }, { rcode: 'NXDOMAIN' })).toMatchObject({ rcode: 'NXDOMAIN' });
      for (const rcode of ['NXDOMAIN', 'NOERROR']) expect(askedAt(new Clock('cache'), NAME, { rcode }, 0, 0)).toBe(2);
    },
  },
  {
    id: 'C-12',
    severity: 'practice',
    source: 'RFC 2308 §2.2',
    sent: 'NODATA with the SOA of a zone that the name is not in',
    expected: 'passed on, not kept',
    check: () => expect(askedAt(new Clock('cache'), NAME, { authorities: [soa('other.test', 900, 900)] }, 0, 0)).toBe(2),
  },
  {
    id: 'C-13',
    severity: 'MUST',
    source: 'RFC 2308 §2.1',
    sent: 'a CNAME to a name that does not exist (NXDOMAIN with its SOA)',
    expected: 'kept with its CNAME for what the SOA says',
    check() {
      const reply = { rcode: 'NXDOMAIN', answers: [alias(NAME, 'gone.test', 300)], authorities: [soa('test', 60, 60)] };
      expect(askedAt(new Clock(), NAME, reply, 0, 30)).toBe(1);
    },
    instead() {
      const reply = { rcode: 'NXDOMAIN', answers: [alias(NAME, 'gone.test', 300)], authorities: [soa('test', 60, 60)] };
      const clock = new Clock();
      expect(clock.ask({ name: NAME }, reply)).toMatchObject({ rcode: 'NXDOMAIN', answers: [{ type: 'CNAME' }] });
      expect(askedAt(clock, NAME, reply, 0)).toBe(2);
    },
  },
  {
    id: 'C-14',
    severity: 'MUST',
    source: 'RFC 2308 §2.2',
    sent: 'a CNAME to a name without such records (NODATA with SOA)',
    expected: 'kept for what the SOA says',
    check() {
      const reply = { answers: [alias(NAME, 'empty.test', 300)], authorities: [soa('test', 60, 7)] };
      expect(askedAt(new Clock(), NAME, reply, 0, 6.9, 7)).toBe(2);
    },
  },
  {
    id: 'C-15',
    severity: 'SHOULD',
    source: 'RFC 2308 §5, coredns#8232',
    sent: 'a CNAME that leads nowhere, without SOA',
    expected: 'passed on, not kept',
    check: () => expect(askedAt(new Clock('cache'), NAME, { answers: [alias(NAME, 'lost.test', 300)] }, 0, 0)).toBe(2),
  },
  {
    id: 'C-16',
    severity: 'SHOULD',
    source: 'RFC 2308 §5',
    sent: 'NXDOMAIN with MINIMUM 604800',
    expected: 'kept for 3 hours at most',
    check() {
      const clock = new Clock('cache');
      const reply = { rcode: 'NXDOMAIN', authorities: [soa('test', 604800, 604800)] };
      expect(ttlsOf(clock.ask({ name: NAME }, reply))).toEqual([1800]);
      expect(askedAt(clock, NAME, reply, 1800)).toBe(2);
    },
  },
];
