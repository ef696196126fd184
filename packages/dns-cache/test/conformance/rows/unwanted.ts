import { encodeQuery } from '@nodelocal/dns-cache';
import { expect } from 'vitest';
import { a, alias, read } from '../../support/world.ts';
import type { Row } from '../row.ts';

/** Replies that bring more than was asked for, and questions best not forwarded (RFC 2181, 6761, 8482). */
export const unwantedRows: readonly Row[] = [
  {
    id: 'F-07',
    severity: 'MUST',
    source: 'RFC 2181 §5.4.1, CVE-2025-40778, CVE-2025-11411',
    sent: 'an answer that brings addresses of f-07-bank.test and an NS of test along',
    expected: 'neither answers anyone',
    async check(lab) {
      const bank = a('f-07-bank.test', '203.0.113.66', 300);
      lab.upstream.script({
        name: 'f-07.test.',
        react: [
          {
            kind: 'reply',
            response: {
              answers: [a('f-07.test', '192.0.2.1', 300), bank],
              authorities: [
                { name: 'f-07-zone.test', type: 'NS', ttlSeconds: 300, data: { kind: 'name', name: 'evil.example.' } },
              ],
              additionals: [bank],
            },
          },
        ],
      });
      await lab.ask({ name: 'f-07.test' });
      expect(await lab.ask({ name: 'f-07-bank.test' })).toMatchObject({
        answers: [{ data: { address: '192.0.2.1' } }],
      });
      await lab.ask({ name: 'f-07-zone.test', type: 'NS' });
      expect(lab.upstream.asked('f-07-zone.test.')).toHaveLength(1);
    },
  },
  {
    id: 'F-08',
    severity: 'practice',
    source: 'RFC 2181 §5.4.1',
    sent: 'a CNAME to f-08-bank.test with a forged address',
    expected: 'served for the name that was asked, never for the bank',
    async check(lab) {
      const answers = [alias('f-08.test', 'f-08-bank.test', 300), a('f-08-bank.test', '203.0.113.66', 300)];
      lab.upstream.script({ name: 'f-08.test.', react: [{ kind: 'reply', response: { answers } }] });
      expect((await lab.ask({ name: 'f-08.test' })).answers).toHaveLength(2);
      expect(await lab.ask({ name: 'f-08-bank.test' })).toMatchObject({
        answers: [{ data: { address: '192.0.2.1' } }],
      });
    },
  },
  {
    id: 'F-09',
    severity: 'SHOULD',
    source: 'RFC 8482 §4',
    sent: 'ANY without OPT for a name with 4 KB of records',
    expected: 'ten times the question over UDP at most',
    async check(lab) {
      const answers = Array.from({ length: 250 }, (_, at) => a('f-09.tcp', `10.0.0.${at}`, 300));
      lab.upstream.script({ name: 'f-09.tcp.', react: [{ kind: 'reply', response: { answers } }] });
      const asked = encodeQuery({ id: 1, name: 'f-09.tcp', type: 'ANY' });
      const answer = await lab.send(asked);
      expect(answer.length).toBeLessThanOrEqual(10 * asked.length);
      expect(read(answer)).toMatchObject({ truncated: true });
    },
  },
  {
    id: 'F-11',
    severity: 'SHOULD',
    source: 'RFC 6761, 6762, 7686, 8375',
    sent: 'localhost., 1.0.0.127.in-addr.arpa., x.invalid., x.onion., x.local., x.home.arpa.',
    expected: 'answered here or with NXDOMAIN, not forwarded',
    async check(lab) {
      for (const name of ['localhost', 'x.invalid', 'x.onion', 'x.local', 'x.home.arpa']) await lab.ask({ name });
      expect(
        lab.upstream.queries.filter(({ name }) => /^(?:localhost|x\.(?:invalid|onion|local|home\.arpa))\.$/.test(name)),
      ).toEqual([]);
    },
    async instead(lab) {
      expect(await lab.ask({ name: 'y.onion' })).toMatchObject({ rcode: 'NOERROR' });
      expect(lab.upstream.asked('y.onion.')).toHaveLength(1);
    },
  },
];
