import { expect } from 'vitest';
import {
  address,
  bent,
  labels,
  nameOf,
  octets,
  packet,
  question,
  resource,
  TYPES,
  u16,
} from '../../support/packets.ts';
import type { Lab } from '../lab.ts';
import type { Row } from '../row.ts';

/** What the upstream says after the question comes out as it went in, but for TTLs (`ttl` is put in their place). */
const passesExactly = async (
  lab: Lab,
  name: string,
  type: number,
  answer: readonly Uint8Array[],
  transport: 'udp' | 'tcp' = 'udp',
): Promise<void> => {
  lab.upstream.script({ name: `${name}.`, react: [{ kind: 'reply', raw: { answer } }] });
  const asked = packet({}, question(nameOf(name), type));
  for (let time = 1; time <= 2; time += 1) {
    const got = await lab.send(asked, transport);
    expect(Buffer.from(got.subarray(asked.length)).toString('hex')).toBe(
      Buffer.from(octets(...answer)).toString('hex'),
    );
  }
};

/** Types of RFC 1035 and 1183 to 2535 whose RDATA holds names that may be compressed by servers of their time. */
const OLD_TYPES: readonly (readonly [number, (name: Uint8Array) => Uint8Array])[] = [
  [7, (name) => name],
  [8, (name) => name],
  [9, (name) => name],
  [14, (name) => octets(name, name)],
  [17, (name) => octets(name, name)],
  [18, (name) => octets([0, 1], name)],
  [21, (name) => octets([0, 1], name)],
  [
    24,
    (name) =>
      octets(
        Array.from({ length: 18 }, () => 0),
        name,
        [1, 2],
      ),
  ],
  [26, (name) => octets([0, 1], name, name)],
  [30, (name) => octets(name, [1])],
  [36, (name) => octets([0, 1], name)],
];

/** Types whose names must never be compressed. */
const NEW_TYPES: readonly (readonly [number, Uint8Array])[] = [
  [33, octets([0, 1, 0, 2, 0, 53], nameOf('t-04.test.'))],
  [35, octets([0, 1, 0, 2, 1, 0x75, 0, 0], nameOf('t-04.test.'))],
  [39, nameOf('t-04.test.')],
  [
    46,
    octets(
      Array.from({ length: 18 }, () => 0),
      nameOf('t-04.test.'),
      [1, 2, 3],
    ),
  ],
  [47, octets(nameOf('t-04.test.'), [0, 1, 0x40])],
  [64, octets([0, 1], nameOf('t-04.test.'))],
];

/** Records that a proxy must leave alone (RFC 3597, 5625). */
export const transparencyRows: readonly Row[] = [
  {
    id: 'T-01',
    severity: 'MUST',
    source: 'RFC 5625 §4.3, RFC 3597',
    sent: 'QTYPE 12345, 65535, 64, 65, 257, 52, 99, 0',
    expected: 'forwarded; the answer octet for octet',
    async check(lab) {
      for (const type of [12345, 65535, 64, 65, 257, 52, 99, 0]) {
        const rdata = octets([0, 1, 0, 3, 97, 98, 99, 0], u16(type));
        await passesExactly(lab, `t-01-${type}.plain`, type, [resource({ type, rdata })]);
      }
    },
  },
  {
    id: 'T-02',
    severity: 'MUST',
    source: 'RFC 3597 §3',
    sent: 'an unknown type with 0 and with 20,000 octets of RDATA',
    expected: 'octet for octet',
    async check(lab) {
      for (const length of [0, 20_000]) {
        const rdata = Array.from({ length }, (_, at) => at & 255);
        await passesExactly(lab, `t-02-${length}.plain`, 12345, [resource({ type: 12345, rdata })], 'tcp');
      }
    },
  },
  {
    id: 'T-03',
    severity: 'MUST',
    source: 'RFC 3597 §4',
    sent: 'MB, MG, MR, MINFO, RP, AFSDB, RT, SIG, PX, NXT, KX with compressed names that point past the question',
    expected: 'the same names come out',
    async check(lab) {
      for (const [type, rdata] of OLD_TYPES) {
        const name = `t-03-${type}.plain`;
        const target = labels('far', 'away');
        const start = 12 + nameOf(name).length + 4 + 12;
        const pointer = Uint8Array.from(u16(0xc000 | start));
        await passesExactly(lab, name, type, [
          resource({ type: 5, rdata: target }),
          resource({ owner: pointer, type, rdata: rdata(pointer) }),
        ]);
      }
    },
  },
  {
    id: 'T-04',
    severity: 'MUST',
    source: 'RFC 3597 §4, RFC 2782, RFC 9460',
    sent: 'SRV, NAPTR, DNAME, RRSIG, NSEC, SVCB with the question’s name in them',
    expected: 'never compressed by us',
    async check(lab) {
      for (const [type, rdata] of NEW_TYPES)
        await passesExactly(lab, `t-04-${type}.plain`, type, [resource({ type, rdata })]);
    },
  },
  {
    id: 'T-05',
    severity: 'MUST',
    source: 'RFC 5625 §4.1',
    sent: 'an answer with the header bit Z',
    expected: 'passed on',
    async check(lab) {
      lab.upstream.script({
        name: 't-05.test.',
        react: [{ kind: 'reply', raw: { flags: 0x81c0, answer: [address(1)] } }],
      });
      expect(await lab.ask({ name: 't-05.test' })).toMatchObject({ rcode: 'NOERROR', answers: [{}] });
    },
  },
  {
    id: 'T-06',
    severity: 'MUST',
    source: 'RFC 5625 §4.2',
    sent: 'answers with and without compression',
    expected: 'both passed on',
    async check(lab) {
      await passesExactly(lab, 't-06-a.plain', TYPES.A, [address(1)]);
      await passesExactly(lab, 't-06-b.plain', TYPES.A, [
        resource({ owner: nameOf('t-06-b.plain'), type: TYPES.A, rdata: [192, 0, 2, 1] }),
      ]);
    },
  },
  {
    id: 'T-07',
    severity: 'SHOULD',
    source: 'RFC 5625 §4.4.2, RFC 9715',
    sent: '1,200 octets over UDP for a client that takes 1232',
    expected: 'passed whole',
    async check(lab) {
      const record = resource({ type: 65280, rdata: Array.from({ length: 1140 }, () => 7) });
      lab.upstream.script({ name: 't-07.test.', react: [{ kind: 'reply', raw: { answer: [record] } }] });
      const answer = await lab.ask({ name: 't-07.test', type: 'TYPE65280', edns: { udpPayloadSize: 1232 } });
      expect(answer).toMatchObject({ truncated: false, answers: [{}] });
    },
  },
  {
    id: 'T-09',
    severity: 'MUST',
    source: 'RFC 4035 §3.2.1, RFC 3225 §3',
    sent: 'RRSIG and NSEC from the upstream for a client without DO',
    expected: 'left out, but for a query for their type',
    async check(lab) {
      const signature = resource({ type: TYPES.RRSIG, rdata: octets(Array.from({ length: 18 }, () => 0), nameOf('t-09.test.'), [1, 2, 3]) });
      const proof = resource({ type: TYPES.NSEC, rdata: octets(nameOf('t-09.test.'), [0, 1, 0x40]) });
      const react = [{ kind: 'reply', raw: { answer: [address(1), signature], authority: [proof, signature] } }] as const;
      lab.upstream.script({ name: 't-09.test.', react }, { name: 't-09.plain.', react });
      for (const name of ['t-09.test', 't-09.plain']) {
        for (let time = 1; time <= 2; time += 1) {
          const told = await lab.ask({ name });
          expect([told.answers, told.authorities].map((records) => records.map(({ type }) => type))).toEqual([['A'], []]);
        }
        expect((await lab.ask({ name, type: 'RRSIG' })).answers.map(({ type }) => type)).toContain('RRSIG');
      }
      const dnssecOk = await lab.ask({ name: 't-09.test', edns: { udpPayloadSize: 1232, dnssecOk: true } });
      expect(dnssecOk).toMatchObject({ answers: { length: 2 }, authorities: { length: 2 } });
    },
  },
  {
    id: 'CVE-2015-3294',
    severity: 'practice',
    source: 'CVE-2015-3294, CVE-2021-23386',
    sent: 'queries that are refused',
    expected: 'an answer no longer than the query, with nothing behind the question',
    async check(lab) {
      for (const opcode of [0x0100, 0x2900]) {
        const asked = packet(
          { flags: opcode, counts: [1, 1, 0, 0] },
          question(nameOf('cve-2015-3294.test.')),
          address(1),
        );
        const answer = await lab.send(bent(asked, { 0: 9 }), 'tcp');
        expect(answer.length).toBeLessThanOrEqual(12 + question(nameOf('cve-2015-3294.test.')).length);
      }
    },
  },
];
