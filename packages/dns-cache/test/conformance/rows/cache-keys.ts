import { expect } from 'vitest';
import { encodeQuery } from '@nodelocal/dns-cache';
import { read, a } from '../../support/world.ts';
import { block, inLab } from '../lab.ts';
import type { Row } from '../row.ts';

const EDNS = { udpPayloadSize: 1232 };
const opaque = (name: string, type: string) =>
  ({ name, type, ttlSeconds: 300, data: { kind: 'opaque', octets: new Uint8Array(20) } }) as const;

/** RDATA of RRSIG that is well formed: eighteen octets, a name, a signature. */
const rrsig = (name: string) =>
  ({ name, type: 'RRSIG', ttlSeconds: 300, data: { kind: 'opaque', octets: new Uint8Array(24) } }) as const;

/** Which questions share an answer (RFC 2308, 4035, 5452, 6840). */
export const keyRows: readonly Row[] = [
  {
    id: 'C-23',
    severity: 'MUST',
    source: 'RFC 5936 §2.2, RFC 1995 §2',
    sent: 'AXFR and IXFR, twice',
    expected: 'REFUSED, nothing forwarded or kept',
    async check(lab) {
      for (const type of ['AXFR', 'IXFR', 'AXFR', 'IXFR']) {
        expect(await lab.ask({ name: 'c-23.test', type })).toMatchObject({ rcode: 'REFUSED' });
      }
      expect(lab.upstream.asked('c-23.test.')).toEqual([]);
    },
  },
  {
    id: 'C-23a',
    severity: 'MUST',
    source: 'RFC 2930 §2',
    sent: 'TKEY, twice',
    expected: 'asked each time: a key is for one exchange',
    async check(lab) {
      lab.upstream.script({
        name: 'c-23a.test.',
        react: [{ kind: 'reply', response: { answers: [opaque('c-23a.test', 'TKEY')] } }],
      });
      for (let time = 1; time <= 2; time += 1) await lab.ask({ name: 'c-23a.test', type: 'TKEY' });
      expect(lab.upstream.asked('c-23a.test.', 'TKEY')).toHaveLength(2);
    },
  },
  {
    id: 'C-24',
    severity: 'MUST',
    source: 'RFC 4035 §3.2.1, RFC 3225 §3',
    sent: 'DO=0, then DO=1, then DO=0',
    expected: 'signatures for DO=1 alone',
    async check(lab) {
      const answers = [a('c-24.test', '192.0.2.1', 300)];
      lab.upstream.script(
        { name: 'c-24.test.', times: 1, react: [{ kind: 'reply', response: { answers } }] },
        { name: 'c-24.test.', react: [{ kind: 'reply', response: { answers: [...answers, rrsig('c-24.test')] } }] },
      );
      const types = async (dnssecOk: boolean): Promise<readonly string[]> =>
        (await lab.ask({ name: 'c-24.test', edns: { ...EDNS, dnssecOk } })).answers.map(({ type }) => type);
      expect([await types(false), await types(true), await types(false)]).toEqual([['A'], ['A', 'RRSIG'], ['A']]);
      expect(lab.upstream.asked('c-24.test.').map(({ message }) => message.edns?.dnssecOk)).toEqual([false, true]);
    },
  },
  {
    id: 'C-25',
    severity: 'MUST',
    source: 'RFC 4035 §3.2.2, CVE-2024-0874',
    sent: 'CD=1, then CD=0',
    expected: 'asked again',
    async check(lab) {
      lab.upstream.script({
        name: 'c-25.test.',
        times: 1,
        react: [{ kind: 'reply', response: { answers: [a('c-25.test', '192.0.2.66', 300)] } }],
      });
      await lab.ask({ name: 'c-25.test', checkingDisabled: true });
      expect(await lab.ask({ name: 'c-25.test' })).toMatchObject({ answers: [{ data: { address: '192.0.2.1' } }] });
    },
  },
  {
    id: 'C-26',
    severity: 'MUST',
    source: 'RFC 6840 §5.7, §5.8',
    sent: 'an answer with AD, to clients with and without AD and DO',
    expected: 'AD only for those with one of them, also from the cache',
    async check(lab) {
      lab.upstream.script({
        name: 'c-26.test.',
        react: [{ kind: 'reply', response: { answers: [a('c-26.test', '192.0.2.1', 300)], authenticated: true } }],
      });
      const told = async (authenticated: boolean, dnssecOk: boolean): Promise<boolean> =>
        (await lab.ask({ name: 'c-26.test', authenticated, edns: { ...EDNS, dnssecOk } })).authenticated;
      for (let time = 1; time <= 2; time += 1) {
        expect([
          await told(false, false),
          await told(true, false),
          await told(false, true),
          await told(true, true),
        ]).toEqual([false, true, true, true]);
      }
      expect(lab.upstream.asked('c-26.test.').every(({ message }) => message.authenticated)).toBe(true);
    },
  },
  {
    id: 'C-27',
    severity: 'practice',
    source: 'RFC 6840 §5.8',
    sent: 'an answer without AD',
    expected: 'no AD for anyone',
    async check(lab) {
      for (let time = 1; time <= 2; time += 1)
        expect(await lab.ask({ name: 'c-27.test', authenticated: true })).toMatchObject({ authenticated: false });
    },
  },
  {
    id: 'C-28',
    severity: 'practice',
    source: 'RFC 1034 §4.3.1',
    sent: 'a referral for RD=0, then RD=1',
    expected: 'asked again with RD=1',
    async check(lab) {
      const authorities = [
        { name: 'test', type: 'NS', ttlSeconds: 300, data: { kind: 'name', name: 'ns.test' } },
      ] as const;
      lab.upstream.script({ name: 'c-28.test.', times: 1, react: [{ kind: 'reply', response: { authorities } }] });
      await lab.ask({ name: 'c-28.test', recursionDesired: false });
      expect((await lab.ask({ name: 'c-28.test' })).answers).toHaveLength(1);
      expect(lab.upstream.asked('c-28.test.').map(({ message }) => message.recursionDesired)).toEqual([false, true]);
    },
  },
  {
    id: 'C-29',
    severity: 'MUST',
    source: 'RFC 1035 §3.2.4',
    sent: 'a name in class CH, then in IN',
    expected: 'each is asked',
    async check(lab) {
      for (const klass of ['CH', 'IN']) {
        const answers = [{ ...opaque('c-29.test', 'TYPE65280'), class: klass }];
        lab.upstream.script({ name: 'c-29.test.', times: 1, react: [{ kind: 'reply', response: { answers } }] });
        expect((await lab.ask({ name: 'c-29.test', type: 'TYPE65280', class: klass })).answers).toMatchObject([
          { class: klass },
        ]);
      }
      expect(lab.upstream.asked('c-29.test.')).toHaveLength(2);
    },
  },
  {
    id: 'C-32',
    severity: 'practice',
    source: 'RFC 5452 §5',
    sent: '100 identical queries at once, in two spellings',
    expected: 'one upstream query; each its own ID and spelling',
    check: () =>
      inLab(block('cache'), async (lab) => {
        lab.upstream.script({
          name: 'c-32.test.',
          react: [{ kind: 'reply', afterMs: 100, response: { answers: [a('c-32.test', '192.0.2.1', 300)] } }],
        });
        const names = Array.from({ length: 100 }, (_, id) => (id % 2 === 0 ? 'c-32.test.' : 'C-32.Test.'));
        const answers = await Promise.all(
          names.map(async (name, id) => read(await lab.send(encodeQuery({ id, name, type: 'A' })))),
        );
        expect(answers.map(({ id, question }) => [id, question?.name])).toEqual(names.map((name, id) => [id, name]));
        expect(lab.upstream.asked('c-32.test.')).toHaveLength(1);
      }),
  },
  {
    id: 'C-41',
    severity: 'MUST',
    source: 'RFC 2181 §9',
    sent: 'a large kept answer for a small client, then over TCP',
    expected: 'TC for the one, all of it for the other',
    async check(lab) {
      const answers = Array.from({ length: 60 }, (_, index) => a('c-41.tcp', `10.0.0.${index}`, 300));
      lab.upstream.script({ name: 'c-41.tcp.', react: [{ kind: 'reply', response: { answers } }] });
      expect((await lab.ask({ name: 'c-41.tcp' }, 'tcp')).answers).toHaveLength(60);
      expect(await lab.ask({ name: 'c-41.tcp' })).toMatchObject({ truncated: true });
      expect((await lab.ask({ name: 'c-41.tcp' }, 'tcp')).answers).toHaveLength(60);
      expect(lab.upstream.asked('c-41.tcp.')).toHaveLength(1);
    },
  },
];
