import { expect } from 'vitest';
import { address, ednsQuery, nameOf, opt, option, packet, question, resource, TYPES } from '../../support/packets.ts';
import { read } from '../../support/world.ts';
import type { Lab } from '../lab.ts';
import { block, inLab } from '../lab.ts';
import type { Row } from '../row.ts';
import { optOf } from './opt.ts';

const NSID = 3;
const EDNS = { udpPayloadSize: 1232 };

const badVersion = async (lab: Lab, message: Uint8Array): Promise<void> => {
  const answer = await lab.send(message);
  expect(read(answer)).toMatchObject({ rcode: 'BADVERS', answers: [], authorities: [], edns: { version: 0 } });
  expect(optOf(answer)).toMatchObject({ version: 0, options: [] });
  expect(answer.at(-4)).toBe(0);
};

/** EDNS(0) itself (RFC 6891). */
export const ednsRows: readonly Row[] = [
  {
    id: 'E-01',
    severity: 'MUST',
    source: 'RFC 6891 §7',
    sent: 'no OPT',
    expected: 'no OPT in the answer, fresh, kept, or of an error',
    async check(lab) {
      lab.upstream.script({
        name: 'e-01.test.',
        react: [{ kind: 'reply', raw: { answer: [address(1)], additional: [opt({ options: [option(NSID, [1])] })] } }],
      });
      for (let time = 1; time <= 2; time += 1)
        expect(optOf(await lab.send(packet({}, question(nameOf('e-01.test.')))))).toBeUndefined();
      for (const flags of [0x0900, 0x0100]) {
        expect(
          optOf(await lab.send(packet({ flags, counts: [1, 1, 0, 0] }, question(nameOf('e-01.test.')), address(2)))),
        ).toBeUndefined();
      }
    },
  },
  {
    id: 'E-02',
    severity: 'MUST',
    source: 'RFC 6891 §6.1.1, §7',
    sent: 'OPT with 1232',
    expected: 'OPT with our own size: on a miss, a hit, NXDOMAIN, SERVFAIL, REFUSED, NOTAUTH',
    async check(lab) {
      lab.upstream.script(
        { name: 'no.e-02.test.', react: [{ kind: 'reply', response: { rcode: 'NXDOMAIN' } }] },
        { name: 'broken.e-02.test.', react: [{ kind: 'reply', response: { rcode: 'SERVFAIL' } }] },
      );
      for (const name of ['yes.e-02.test', 'yes.e-02.test', 'no.e-02.test', 'broken.e-02.test', 'broken.e-02.test']) {
        expect(optOf(await lab.send(ednsQuery(name, {})))).toMatchObject({ udpPayloadSize: 1232, version: 0 });
      }
      expect(optOf(await lab.send(ednsQuery('yes.e-02.test', {}, 252)))).toMatchObject({ udpPayloadSize: 1232 });
    },
  },
  {
    id: 'E-02a',
    severity: 'MUST',
    source: 'RFC 6891 §7',
    sent: 'OPT in a query that its header alone condemns (opcode, counts)',
    expected: 'OPT in the NOTIMP or FORMERR',
    async check(lab) {
      expect(optOf(await lab.send(ednsQuery('e-02a.test', {}, TYPES.A, 0x0900)))).toBeDefined();
    },
    async instead(lab) {
      expect(optOf(await lab.send(ednsQuery('e-02a.test', {}, TYPES.A, 0x0900)))).toBeUndefined();
    },
  },
  {
    id: 'E-07',
    severity: 'MUST',
    source: 'RFC 6891 §6.1.1',
    sent: 'two OPT',
    expected: 'FORMERR',
    async check(lab) {
      const two = packet({ counts: [1, 0, 0, 2] }, question(nameOf('e-07.test.')), opt(), opt());
      expect(read(await lab.send(two))).toMatchObject({ rcode: 'FORMERR' });
    },
  },
  {
    id: 'E-08',
    severity: 'MUST',
    source: 'RFC 6891 §6.1.2',
    sent: 'OPT of another owner than the root; OPT in the answer section',
    expected: 'FORMERR',
    async check(lab) {
      const asked = question(nameOf('e-08.test.'));
      for (const message of [
        packet({ counts: [1, 0, 0, 1] }, asked, opt({ owner: [0xc0, 12] })),
        packet({ counts: [1, 1, 0, 0] }, asked, opt()),
      ]) {
        expect(read(await lab.send(message))).toMatchObject({ rcode: 'FORMERR' });
      }
    },
  },
  {
    id: 'E-09',
    severity: 'MUST',
    source: 'RFC 6891 §6.1.3',
    sent: 'version 1 and 255',
    expected: 'BADVERS in an OPT of version 0, no records',
    async check(lab) {
      for (const version of [1, 255]) await badVersion(lab, ednsQuery('e-09.test', { version }));
      expect(lab.upstream.asked('e-09.test.')).toEqual([]);
    },
  },
  {
    id: 'E-10',
    severity: 'MUST',
    source: 'RFC 6891 §6.1.3, RFC 8906 §8.2.6',
    sent: 'version 1 with an unknown option and flags',
    expected: 'BADVERS, flags clear',
    check: (lab) =>
      badVersion(lab, ednsQuery('e-10.test', { version: 1, flags: 0x7fff, options: [option(65001, [1])] })),
  },
  {
    id: 'E-12',
    severity: 'MUST',
    source: 'RFC 6891 §6.1.4',
    sent: 'all flags but DO',
    expected: 'an answer with all clear',
    async check(lab) {
      const answer = await lab.send(ednsQuery('e-12.test', { flags: 0x7fff }));
      expect(read(answer)).toMatchObject({ rcode: 'NOERROR', edns: { dnssecOk: false } });
      expect(Array.from(answer.slice(-4))).toEqual([0, 0, 0, 0]);
    },
  },
  {
    id: 'E-13',
    severity: 'MUST',
    source: 'RFC 3225 §3',
    sent: 'DO',
    expected: 'DO in the answer, fresh and kept',
    async check(lab) {
      for (let time = 1; time <= 2; time += 1) {
        expect(read(await lab.send(ednsQuery('e-13.test', { flags: 0x8000 })))).toMatchObject({
          edns: { dnssecOk: true },
        });
      }
    },
  },
  {
    id: 'E-20',
    severity: 'SHOULD',
    source: 'RFC 6891 §7',
    sent: 'an upstream that says FORMERR, NOTIMP or BADVERS to OPT',
    expected: 'asked again without; the client gets its answer',
    async check(lab) {
      for (const rcode of ['FORMERR', 'NOTIMP', 'BADVERS']) {
        const name = `e-20-${rcode.toLowerCase()}.test.`;
        const edns = rcode === 'BADVERS' ? { edns: EDNS } : {};
        lab.upstream.script({ name, edns: true, react: [{ kind: 'reply', response: { rcode, ...edns } }] });
        expect(await lab.ask({ name, edns: EDNS })).toMatchObject({ rcode: 'NOERROR', answers: [{}] });
      }
    },
  },
  {
    id: 'E-21',
    severity: 'practice',
    source: 'DVE-2017-0004',
    sent: 'an upstream that is silent on queries with OPT',
    expected: 'still an answer',
    // What other rows have an upstream make of OPT would be remembered.
    check: () =>
      inLab(block('cache'), async (lab) => {
        lab.upstream.script({ name: 'e-21.test.', edns: true, react: [{ kind: 'silence' }] });
        expect(await lab.ask({ name: 'e-21.test', edns: EDNS })).toMatchObject({ rcode: 'NOERROR', answers: [{}] });
      }),
  },
  {
    id: 'E-25',
    severity: 'MUST',
    source: 'RFC 6891 §6.1.3',
    sent: 'a response code above 15 from the upstream',
    expected: 'as it is for a client with OPT, SERVFAIL for one without',
    async check(lab) {
      const additional = [opt({ extendedRcode: 1 })];
      lab.upstream.script({
        name: 'e-25.test.',
        react: [
          {
            kind: 'reply',
            raw: { flags: 0x8187, additional, answer: [resource({ type: TYPES.A, rdata: [192, 0, 2, 1] })] },
          },
        ],
      });
      expect(await lab.ask({ name: 'e-25.test', edns: EDNS })).toMatchObject({ rcode: 'BADCOOKIE' });
      expect(await lab.ask({ name: 'e-25.test' })).toMatchObject({ rcode: 'SERVFAIL' });
    },
  },
];
