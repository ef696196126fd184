import { expect } from 'vitest';
import { octets, option, packet, question, nameOf, labels, bent, ednsQuery } from '../../support/packets.ts';
import { read } from '../../support/world.ts';
import type { Row } from '../row.ts';
import { formerr } from './refused.ts';

const LONGEST = labels(...Array.from({ length: 127 }, () => 'a'));
const WIDEST = labels('a'.repeat(63), 'b'.repeat(63), 'c'.repeat(63), 'd'.repeat(61));

/** Names and records in queries that cannot be read (RFC 1035, 6891, 9267). */
export const brokenQueryRows: readonly Row[] = [
  {
    id: 'W-11',
    severity: 'MUST',
    source: 'RFC 1035 §4.1.4, RFC 6891 §5',
    sent: 'label types 01, 10, a bit string',
    expected: 'FORMERR',
    check: formerr(...[0x40, 0x80, 0x41].map((type) => packet({}, [type, 0x61, 0x62, 0], [0, 1, 0, 1]))),
  },
  {
    id: 'W-12',
    severity: 'MUST',
    source: 'RFC 1035 §2.3.4',
    sent: 'names of 255 octets and of 127 labels',
    expected: 'an answer',
    async check(lab) {
      for (const name of [WIDEST, LONGEST]) {
        expect(name).toHaveLength(255);
        expect(read(await lab.send(packet({}, question(name))))).toMatchObject({ rcode: 'NOERROR', answers: [{}] });
      }
    },
  },
  {
    id: 'W-13',
    severity: 'MUST',
    source: 'RFC 1035 §2.3.4',
    sent: 'names of 256 octets and of 128 labels',
    expected: 'FORMERR',
    check: formerr(
      packet({}, question(labels('a'.repeat(63), 'b'.repeat(63), 'c'.repeat(63), 'd'.repeat(62)))),
      packet({}, question(labels(...Array.from({ length: 128 }, () => 'a')))),
    ),
  },
  {
    id: 'W-14',
    severity: 'MUST',
    source: 'RFC 1035 §4.1.4',
    sent: 'pointers to themselves, forward, to each other, past the end, into the header, half of one',
    expected: 'FORMERR',
    check: formerr(
      packet({}, [0xc0, 12], [0, 1, 0, 1]),
      packet({}, [0xc0, 18], [0, 1, 0, 1], nameOf('x.')),
      packet({}, [1, 0x61, 0xc0, 12], [0, 1, 0, 1]),
      packet({}, [0xc0, 0xff], [0, 1, 0, 1]),
      packet({}, [0xc0, 4], [0, 1, 0, 1]),
      packet({}, [0xc0]),
    ),
  },
  {
    id: 'W-15',
    severity: 'practice',
    source: 'RFC 9267 §2',
    sent: 'a question whose name ends in a pointer',
    expected: 'FORMERR: with nothing before it there is nothing to point to',
    check: formerr(packet({}, [1, 0x61, 0xc0, 14, 0], [0, 1, 0, 1])),
  },
  {
    id: 'W-29',
    severity: 'practice',
    source: 'RFC 6891 §6.1.2',
    sent: 'an OPT whose RDLENGTH or option length is too long',
    expected: 'FORMERR',
    check: formerr(
      ednsQuery('w-29.test.', { options: [octets(option(10, [1, 2])).subarray(0, 5)] }),
      bent(ednsQuery('w-29.test.', {}), { [ednsQuery('w-29.test.', {}).length - 1]: 9 }),
    ),
  },
];
