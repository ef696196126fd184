import { expect } from 'vitest';
import { checkMessage } from '../../../src/message/check.ts';
import type { RawReply, RecordOctets } from '../../support/packets.ts';
import { address, labels, octets, resource, TYPES, u16 } from '../../support/packets.ts';
import { a, alias } from '../../support/world.ts';
import type { Lab } from '../lab.ts';
import { apartFromTtls } from '../lab.ts';
import type { Row } from '../row.ts';

/**
 * The upstream answers this over TCP and UDP: neither client gets any of it, nothing of it is kept. Over TCP the server
 * gives up at once; over UDP it goes on waiting, since anyone may have sent it, and takes the right one.
 */
const rejects = async (lab: Lab, tag: string, type: string, raw: RawReply): Promise<void> => {
  const good = { kind: 'reply', raw: { answer: [address(7)] } } as const;
  const goodOf = type === 'A' ? good : ({ kind: 'reply', response: {} } as const);
  lab.upstream.script(
    { name: `${tag}.tcp.`, react: [{ kind: 'reply', raw }] },
    {
      name: `${tag}.test.`,
      react: [
        { kind: 'reply', raw },
        { ...goodOf, afterMs: 30 },
      ],
    },
  );
  expect(await lab.ask({ name: `${tag}.tcp`, type })).toMatchObject({
    rcode: 'SERVFAIL',
    answers: [],
    additionals: [],
  });
  const answer = await lab.ask({ name: `${tag}.test`, type });
  expect(answer.rcode).toBe('NOERROR');
  expect(answer.answers).toMatchObject(type === 'A' ? [{ data: { address: '192.0.2.7' } }] : []);
};

const record = (given: RecordOctets): RawReply => ({ answer: [resource(given)] });

const BENT_RDATA: readonly (readonly [string, string, RecordOctets])[] = [
  ['cname-long', 'CNAME', { type: TYPES.CNAME, rdata: octets(labels('a'), [1, 2, 3]) }],
  ['cname-short', 'CNAME', { type: TYPES.CNAME, rdata: labels('abc'), rdlength: 2 }],
  ['ns-short', 'NS', { type: TYPES.NS, rdata: labels('abc'), rdlength: 3 }],
  ['mx-short', 'MX', { type: TYPES.MX, rdata: octets([0, 1], labels('abc')), rdlength: 4 }],
  ['soa-short', 'SOA', { type: TYPES.SOA, rdata: octets(labels('a'), labels('b'), [0, 0, 0, 1, 0, 0, 0, 2]) }],
  ['txt-over', 'TXT', { type: TYPES.TXT, rdata: [9, 0x61, 0x62] }],
  ['hinfo-over', 'HINFO', { type: TYPES.HINFO, rdata: [1, 0x61, 9, 0x62] }],
];

/** What an upstream may send (RFC 1035, 2181, 9267). */
export const replyRows: readonly Row[] = [
  {
    id: 'W-22',
    severity: 'practice',
    source: 'RFC 9267 §6',
    sent: 'an upstream’s A record with RDLENGTH 0, 3, 5, 400',
    expected: 'not passed, not kept',
    async check(lab) {
      for (const [length, rdlength] of [
        [0, 0],
        [3, 3],
        [5, 5],
        [4, 400],
      ] as const) {
        const rdata = Array.from({ length }, () => 192);
        await rejects(lab, `w-22-${rdlength}`, 'A', record({ type: TYPES.A, rdata, rdlength }));
      }
      await rejects(lab, 'w-22-aaaa', 'AAAA', record({ type: TYPES.AAAA, rdata: [1, 2, 3, 4] }));
    },
  },
  {
    id: 'W-23',
    severity: 'practice',
    source: 'RFC 9267 §6',
    sent: `RDATA that does not fill its RDLENGTH: ${BENT_RDATA.map(([tag]) => tag).join(', ')}`,
    expected: 'not passed, not kept',
    async check(lab) {
      for (const [tag, type, given] of BENT_RDATA) await rejects(lab, `w-23-${tag}`, type, record(given));
    },
  },
  {
    id: 'W-24',
    severity: 'practice',
    source: 'RFC 9267 §6',
    sent: 'an upstream’s ANCOUNT of 5 with one record',
    expected: 'not passed, not kept',
    check: (lab) => rejects(lab, 'w-24', 'A', { answer: [address(1)], counts: [1, 5, 0, 0] }),
  },
  {
    id: 'W-25',
    severity: 'practice',
    source: 'RFC 9267 §2, CVE-2024-8508',
    sent: 'a name through 200 pointers; 64 KB of pointers',
    expected: 'rejected (the door alone)',
    alone: true,
    async check(lab) {
      // Each pointer stands in the RDATA of an unknown type and leads to the one before it, the first to the question.
      const base = 12 + labels('w-25', 'test').length + 4 + 12;
      const pointers = Array.from({ length: 200 }, (_, at) => u16(0xc000 | (at === 0 ? 12 : base + 2 * at - 2))).flat();
      const hidden = resource({ type: 65280, rdata: pointers });
      const last = base + pointers.length - 2;
      const end = resource({ owner: u16(0xc000 | last), type: TYPES.A, rdata: [192, 0, 2, 1] });
      await rejects(lab, 'w-25', 'A', { answer: [hidden, end] });
      const owners = Array.from({ length: 4000 }, () =>
        resource({ owner: u16(0xc000 | last), type: 65280, rdata: [] }),
      );
      const bomb = octets(
        [0, 1, 0x81, 0x80, 0, 1],
        u16(owners.length + 1),
        [0, 0, 0, 0],
        labels('w-25', 'test'),
        [0, 1, 0, 1],
        hidden,
        ...owners,
      );
      expect(checkMessage(bomb).kind).toBe('malformed');
    },
  },
  {
    id: 'W-26',
    severity: 'MUST',
    source: 'RFC 1035 §4.2',
    sent: 'an upstream’s 4,000 A records over TCP',
    expected: 'all of them over TCP, TC over UDP',
    async check(lab) {
      const answers = Array.from({ length: 4000 }, (_, index) =>
        a('w-26.tcp', `10.0.${index >> 8}.${index & 255}`, 60),
      );
      lab.upstream.script({ name: 'w-26.tcp.', react: [{ kind: 'reply', response: { answers } }] });
      expect((await lab.ask({ name: 'w-26.tcp' }, 'tcp')).answers).toHaveLength(4000);
      expect(await lab.ask({ name: 'w-26.tcp' })).toMatchObject({ truncated: true });
    },
  },
  {
    id: 'W-27',
    severity: 'practice',
    source: 'RFC 1034 §3.6.2',
    sent: 'a CNAME beside an A record; a CNAME to itself; a CNAME loop',
    expected: 'an answer each time, which is not kept',
    async check(lab) {
      const replies = {
        'w-27-both.test.': [alias('w-27-both.test.', 'x.test.', 60), a('w-27-both.test.', '192.0.2.9', 60)],
        'w-27-self.test.': [alias('w-27-self.test.', 'w-27-self.test.', 60)],
        'w-27-loop.test.': [alias('w-27-loop.test.', 'b.test.', 60), alias('b.test.', 'w-27-loop.test.', 60)],
      };
      for (const [name, answers] of Object.entries(replies)) {
        lab.upstream.script({ name, react: [{ kind: 'reply', response: { answers } }] });
        for (let time = 1; time <= 2; time += 1) {
          const told = await lab.ask({ name });
          expect([told.rcode, apartFromTtls(told.answers)]).toMatchObject(['NOERROR', apartFromTtls(answers)]);
        }
        expect(lab.upstream.asked(name)).toHaveLength(2);
      }
    },
  },
  {
    id: 'W-28',
    severity: 'SHOULD',
    source: 'RFC 2181 §5.2',
    sent: 'two TTLs in one RRset',
    expected: 'neither is told with more than its own',
    async check(lab) {
      const answers = [a('w-28.test', '192.0.2.1', 20), a('w-28.test', '192.0.2.2', 90)];
      lab.upstream.script({ name: 'w-28.test.', react: [{ kind: 'reply', response: { answers } }] });
      for (let time = 1; time <= 2; time += 1) {
        const [first = 0, second = 0] = (await lab.ask({ name: 'w-28.test' })).answers.map(
          ({ ttlSeconds }) => ttlSeconds,
        );
        expect(first).toBeLessThanOrEqual(20);
        expect(second).toBeLessThanOrEqual(90);
      }
    },
  },
];
