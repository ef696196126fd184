import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { encodeResponse } from '@nodelocal/dns-cache';
import { expect } from 'vitest';
import type { Bend } from '../../support/scripted-upstream.ts';
import { a } from '../../support/world.ts';
import { block, inLab, pause } from '../lab.ts';
import type { Row } from '../row.ts';

const forged = (name: string) => ({ answers: [a(name, '203.0.113.66', 300)] });

const BENDS: readonly Bend[] = [
  'id',
  'question-name',
  'question-type',
  'question-class',
  'question-case',
  'not-a-response',
  'opcode',
  'no-question',
  'two-questions',
  'garbage',
  'cut',
];

/** How far the counts of 16 bins are from equal ones; below 37.7 in 999 of 1000 uniform samples (15 degrees). */
const chiSquare = (values: readonly number[]): number => {
  const bins = Array.from({ length: 16 }, () => 0);
  for (const value of values) bins[value] = (bins[value] ?? 0) + 1;
  const mean = values.length / 16;
  return bins.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0);
};

/** Forged replies (RFC 5452). */
export const forgeryRows: readonly Row[] = [
  {
    id: 'F-01',
    severity: 'MUST',
    source: 'RFC 5452 §9.2, CVE-2008-1447, CVE-2019-19794, CVE-2025-40780',
    sent: '1,000 questions that miss',
    expected: 'IDs spread evenly, many ports, no progression in either',
    check: () =>
      inLab(block(), async (lab) => {
        for (let batch = 0; batch < 20; batch += 1) {
          await Promise.all(
            Array.from({ length: 50 }, (_, at) => lab.ask({ id: at, name: `n${batch * 50 + at}.f-01.test` })),
          );
        }
        const ids = lab.upstream.queries.map(({ message }) => message.id);
        const ports = lab.upstream.queries.map(({ sourcePort }) => sourcePort);
        // A busy machine makes it ask again.
        expect(ids.length).toBeGreaterThanOrEqual(1000);
        for (const values of [ids.map((id) => id >>> 12), ids.map((id) => id & 15)])
          expect(chiSquare(values)).toBeLessThan(50);
        expect(new Set(ids).size).toBeGreaterThan(950);
        expect(new Set(ports).size).toBeGreaterThan(64);
        for (const values of [ids, ports]) {
          const steps = values.slice(1).map((value, at) => value - (values[at] ?? 0));
          const counts = new Map<number, number>();
          for (const step of steps) counts.set(step, (counts.get(step) ?? 0) + 1);
          expect(Math.max(...counts.values())).toBeLessThan(50);
        }
      }),
  },
  {
    id: 'F-02',
    severity: 'MUST',
    source: 'RFC 5452 §9.1',
    sent: 'the right reply from another port, then from the right one',
    expected: 'only the latter counts',
    async check(lab) {
      lab.upstream.script({
        name: 'f-02.test.',
        // Over TCP nobody else answers.
        transport: 'udp',
        react: [
          { kind: 'reply', stranger: true, response: forged('f-02.test') },
          { kind: 'reply', afterMs: 50, response: { answers: [a('f-02.test', '192.0.2.1', 300)] } },
        ],
      });
      expect(await lab.ask({ name: 'f-02.test' })).toMatchObject({ answers: [{ data: { address: '192.0.2.1' } }] });
    },
  },
  {
    id: 'F-03',
    severity: 'MUST',
    source: 'RFC 5452 §9.1, CVE-2023-28452 (TuDoor)',
    sent: `a bad reply (${BENDS.join(', ')}), then the right one`,
    expected: 'the right one',
    async check(lab) {
      for (const bend of BENDS) {
        const name = `${bend}.f-03.test.`;
        lab.upstream.script({
          name,
          transport: 'udp',
          react: [
            { kind: 'reply', bend, response: forged(name) },
            { kind: 'reply', afterMs: 50, response: { answers: [a(name, '192.0.2.1', 300)] } },
          ],
        });
        expect(await lab.ask({ name })).toMatchObject({ answers: [{ data: { address: '192.0.2.1' } }] });
      }
    },
  },
  {
    id: 'F-04',
    severity: 'practice',
    source: 'draft-vixie-dnsext-dns0x20',
    sent: 'a question in mixed case',
    expected: 'it goes to the upstream in that spelling, and only that spelling is taken back (F-03)',
    async check(lab) {
      await lab.ask({ name: 'MiXeD.f-04.TEST' });
      expect(lab.upstream.asked('mixed.f-04.test.')[0]?.message.question?.name).toBe('MiXeD.f-04.TEST.');
    },
  },
  {
    id: 'F-05',
    severity: 'SHOULD',
    source: 'RFC 5452 §9.3',
    sent: '500 replies with wrong IDs to one question',
    expected: 'it is asked over TCP or given up',
    async check(lab) {
      lab.upstream.script({
        name: 'f-05.test.',
        transport: 'udp',
        react: [{ kind: 'reply', bend: 'id', copies: 500, response: forged('f-05.test') }],
      });
      const answer = await lab.ask({ name: 'f-05.test' });
      expect(answer.answers).not.toMatchObject([{ data: { address: '203.0.113.66' } }]);
      expect(lab.upstream.asked('f-05.test.').map(({ transport }) => transport)).toContain('tcp');
    },
  },
  {
    id: 'F-06',
    severity: 'SHOULD',
    source: 'RFC 5452 §5, CVE-2020-25686, CVE-2023-30464',
    sent: '100 identical questions at once',
    expected: 'one is in flight to the upstream',
    check: () =>
      inLab(block('cache'), async (lab) => {
        lab.upstream.script({
          name: 'f-06.test.',
          react: [{ kind: 'reply', afterMs: 100, response: forged('f-06.test') }],
        });
        await Promise.all(Array.from({ length: 100 }, (_, id) => lab.ask({ id, name: 'f-06.test' })));
        expect(lab.upstream.queries).toHaveLength(1);
      }),
  },
  {
    id: 'CVE-2020-25684',
    severity: 'practice',
    source: 'CVE-2020-25684 (DNSpooq)',
    sent: 'the right reply to another socket of ours, the one that clients ask',
    expected: 'ignored',
    async check(lab) {
      const name = 'cve-2020-25684.test';
      lab.upstream.script({
        name: `${name}.`,
        react: [{ kind: 'reply', afterMs: 200, response: { answers: [a(name, '192.0.2.1', 300)] } }],
      });
      const asking = lab.ask({ name });
      await pause(60);
      const id = lab.upstream.asked(`${name}.`)[0]?.message.id ?? 0;
      const socket = createSocket('udp4');
      const reply = encodeResponse({ id, question: { name, type: 'A' }, ...forged(name) });
      socket.send(reply, lab.port, '127.0.0.1');
      await once(socket, 'listening');
      expect(await asking).toMatchObject({ answers: [{ data: { address: '192.0.2.1' } }] });
      socket.close();
    },
  },
];
