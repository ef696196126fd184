import { expect } from 'vitest';
import { octets, opt, packet, question, nameOf, address } from '../../support/packets.ts';
import { read, World } from '../../support/world.ts';
import type { Row } from '../row.ts';
import { formerr, refuses } from './refused.ts';
import { block, gatherAll, inLab } from '../lab.ts';

const query = (name: string, flags = 0x0100): Uint8Array => packet({ flags }, question(nameOf(name)));

/** Headers of queries (RFC 1035, 8906, 9619). */
export const queryRows: readonly Row[] = [
  {
    id: 'W-01',
    severity: 'practice',
    source: 'RFC 1035 §4.1.1',
    sent: 'a datagram of 0, 1, 11 octets',
    expected: 'no answer',
    async check(lab) {
      for (const length of [0, 1, 11]) await lab.expectSilence(query('w-01.test.').subarray(0, length));
      expect(lab.upstream.asked('w-01.test.')).toEqual([]);
      expect(await lab.ask({ name: 'w-01.test' })).toMatchObject({ rcode: 'NOERROR' });
    },
  },
  {
    id: 'W-02',
    severity: 'practice',
    source: 'RFC 1035 §4.1.1',
    sent: 'a header with QDCOUNT=1 and nothing else',
    expected: 'FORMERR without question',
    async check(lab) {
      expect(read(await lab.send(packet({})))).toMatchObject({ rcode: 'FORMERR', id: 0x1234, question: undefined });
    },
  },
  {
    id: 'W-03',
    severity: 'practice',
    source: 'CVE-2026-82399',
    sent: 'counts of 65535 in 12 octets, 100,000 of them',
    expected: 'as much work as there are octets (the pure server), others are served meanwhile',
    alone: true,
    async check() {
      const hostile = packet({ counts: [0xffff, 0xffff, 0xffff, 0xffff] });
      const world = new World({ corefile: '. {\n forward . 192.0.2.53\n}' });
      // A decoder that trusts the counts needs longer for so many than a test may.
      for (let count = 0; count < 100_000; count += 1) world.send(hostile);
      expect(world.asks).toHaveLength(0);
      await inLab(block(), async (lab) => {
        // No more than a socket's buffer holds: what the kernel drops says nothing about us.
        const flood = gatherAll(
          lab.port,
          Array.from({ length: 150 }, () => hostile),
        );
        expect(await lab.ask({ name: 'w-03.test' })).toMatchObject({ rcode: 'NOERROR' });
        expect((await flood).map((answer) => read(answer).rcode)).toEqual(Array.from({ length: 150 }, () => 'FORMERR'));
      });
    },
  },
  {
    id: 'W-04',
    severity: 'MUST',
    source: 'RFC 1035 §4.1.1',
    sent: 'a response',
    expected: 'no answer, nothing forwarded',
    async check(lab) {
      await lab.expectSilence(query('w-04.test.', 0x8100));
      expect(lab.upstream.asked('w-04.test.')).toEqual([]);
    },
  },
  {
    id: 'W-05',
    severity: 'MUST',
    source: 'RFC 1035 §4.1.1, RFC 8906 §3.1.4',
    sent: 'opcodes 1 to 15',
    expected: 'NOTIMP with that opcode, nothing forwarded',
    async check(lab) {
      for (let opcode = 1; opcode < 16; opcode += 1) {
        const answer = read(await lab.send(query('w-05.test.', 0x0100 | (opcode << 11))));
        expect(answer).toMatchObject({ rcode: 'NOTIMP', opcode, answers: [] });
      }
      expect(lab.upstream.asked('w-05.test.')).toEqual([]);
    },
  },
  {
    id: 'W-06',
    severity: 'MUST',
    source: 'RFC 9619',
    sent: 'QDCOUNT 0',
    expected: 'FORMERR',
    check: formerr(packet({ counts: [0, 0, 0, 0] })),
  },
  {
    id: 'W-07',
    severity: 'MUST',
    source: 'RFC 9619',
    sent: 'two questions',
    expected: 'FORMERR, nothing forwarded',
    async check(lab) {
      const two = octets(question(nameOf('w-07a.test.')), question(nameOf('w-07b.test.')));
      await refuses(lab, packet({ counts: [2, 0, 0, 0] }, two), 'FORMERR');
      for (const name of ['w-07a.test.', 'w-07b.test.']) expect(lab.upstream.asked(name)).toEqual([]);
    },
  },
  {
    id: 'W-08',
    severity: 'practice',
    source: 'RFC 2181 §5.4.1',
    sent: 'a record in the answer or authority section',
    expected: 'FORMERR, and the record never answers anyone',
    async check(lab) {
      for (const counts of [
        [1, 1, 0, 0],
        [1, 0, 1, 0],
      ] as const) {
        await refuses(lab, packet({ counts }, question(nameOf('w-08.test.')), address(66)), 'FORMERR');
      }
      expect((await lab.ask({ name: 'w-08.test' })).answers).toMatchObject([{ data: { address: '192.0.2.1' } }]);
    },
  },
  {
    id: 'W-09',
    severity: 'practice',
    source: 'miekg/dns acceptfunc.go',
    sent: 'three additional records',
    expected: 'FORMERR',
    check: formerr(packet({ counts: [1, 0, 0, 3] }, question(nameOf('w-09.test.')), address(1), address(2), opt())),
  },
  {
    id: 'W-10',
    severity: 'practice',
    source: 'dnsdist test_Trailing',
    sent: 'octets after the last record',
    expected: 'an answer; they go no further',
    async check(lab) {
      const plain = query('w-10.test.');
      expect(read(await lab.send(octets(plain, [1, 2, 3, 4])))).toMatchObject({ rcode: 'NOERROR', answers: [{}] });
      const asked = lab.upstream.asked('w-10.test.')[0]?.bytes ?? new Uint8Array();
      expect(Buffer.from(asked).includes(Buffer.from([1, 2, 3, 4]))).toBe(false);
    },
  },
  {
    id: 'W-20',
    severity: 'MUST',
    source: 'RFC 1035 §4.1.1, RFC 6895 §2.1',
    sent: 'AA, RA, Z and a response code in a query',
    expected: 'an answer with Z clear and flags of its own',
    async check(lab) {
      const answer = read(await lab.send(query('w-20.test.', 0x05c7)));
      expect(answer).toMatchObject({ rcode: 'NOERROR', reserved: false, authoritative: false, answers: [{}] });
      expect(lab.upstream.asked('w-20.test.')[0]?.message).toMatchObject({
        reserved: false,
        authoritative: false,
        rcode: 'NOERROR',
      });
    },
  },
  {
    id: 'W-21',
    severity: 'practice',
    source: 'RFC 2181 §9',
    sent: 'TC in a query',
    expected: 'an answer without it',
    async check(lab) {
      expect(read(await lab.send(query('w-21.test.', 0x0300)))).toMatchObject({ rcode: 'NOERROR', truncated: false });
    },
  },
];
