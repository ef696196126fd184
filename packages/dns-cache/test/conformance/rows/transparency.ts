import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { encodeQuery } from '@nodelocal/dns-cache';
import { expect } from 'vitest';
import { freePort } from '../../support/loopback.ts';
import { address, bent, labels, nameOf, octets, packet, question, resource, TYPES, u16 } from '../../support/packets.ts';
import { a, read } from '../../support/world.ts';
import { gather, inLab } from '../lab.ts';
import type { Lab } from '../lab.ts';
import type { Row } from '../row.ts';

/** What the upstream says after the question comes out as it went in, but for TTLs (`ttl` is put in their place). */
const passesExactly = async (lab: Lab, name: string, type: number, answer: readonly Uint8Array[], transport: 'udp' | 'tcp' = 'udp'): Promise<void> => {
  lab.upstream.script({ name: `${name}.`, react: [{ kind: 'reply', raw: { answer } }] });
  const asked = packet({}, question(nameOf(name), type));
  for (let time = 1; time <= 2; time += 1) {
    const got = await lab.send(asked, transport);
    expect(Buffer.from(got.subarray(asked.length)).toString('hex')).toBe(Buffer.from(octets(...answer)).toString('hex'));
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
  [24, (name) => octets(Array.from({ length: 18 }, () => 0), name, [1, 2])],
  [26, (name) => octets([0, 1], name, name)],
  [30, (name) => octets(name, [1])],
  [36, (name) => octets([0, 1], name)],
];

/** Types whose names must never be compressed. */
const NEW_TYPES: readonly (readonly [number, Uint8Array])[] = [
  [33, octets([0, 1, 0, 2, 0, 53], nameOf('t-04.test.'))],
  [35, octets([0, 1, 0, 2, 1, 0x75, 0, 0], nameOf('t-04.test.'))],
  [39, nameOf('t-04.test.')],
  [46, octets(Array.from({ length: 18 }, () => 0), nameOf('t-04.test.'), [1, 2, 3])],
  [47, octets(nameOf('t-04.test.'), [0, 1, 0x40])],
  [64, octets([0, 1], nameOf('t-04.test.'))],
];

/** What a proxy must leave alone (RFC 3597, 5625, 6895). */
export const transparencyRows: readonly Row[] = [
  {
    id: 'T-01', severity: 'MUST', source: 'RFC 5625 §4.3, RFC 3597', sent: 'QTYPE 12345, 65535, 64, 65, 257, 52, 99, 0', expected: 'forwarded; the answer octet for octet',
    async check(lab) {
      for (const type of [12345, 65535, 64, 65, 257, 52, 99, 0]) {
        const rdata = octets([0, 1, 0, 3, 97, 98, 99, 0], u16(type));
        await passesExactly(lab, `t-01-${type}.plain`, type, [resource({ type, rdata })]);
      }
    },
  },
  {
    id: 'T-02', severity: 'MUST', source: 'RFC 3597 §3', sent: 'an unknown type with 0 and with 20,000 octets of RDATA', expected: 'octet for octet',
    async check(lab) {
      for (const length of [0, 20_000]) {
        const rdata = Array.from({ length }, (_, at) => at & 255);
        await passesExactly(lab, `t-02-${length}.plain`, 12345, [resource({ type: 12345, rdata })], 'tcp');
      }
    },
  },
  {
    id: 'T-03', severity: 'MUST', source: 'RFC 3597 §4', sent: 'MB, MG, MR, MINFO, RP, AFSDB, RT, SIG, PX, NXT, KX with compressed names that point past the question',
    expected: 'the same names come out',
    async check(lab) {
      for (const [type, rdata] of OLD_TYPES) {
        const name = `t-03-${type}.plain`;
        const target = labels('far', 'away');
        const start = 12 + nameOf(name).length + 4 + 12;
        const pointer = Uint8Array.from(u16(0xc000 | start));
        await passesExactly(lab, name, type, [resource({ type: 5, rdata: target }), resource({ owner: pointer, type, rdata: rdata(pointer) })]);
      }
    },
  },
  {
    id: 'T-04', severity: 'MUST', source: 'RFC 3597 §4, RFC 2782, RFC 9460', sent: 'SRV, NAPTR, DNAME, RRSIG, NSEC, SVCB with the question’s name in them', expected: 'never compressed by us',
    async check(lab) {
      for (const [type, rdata] of NEW_TYPES) await passesExactly(lab, `t-04-${type}.plain`, type, [resource({ type, rdata })]);
    },
  },
  {
    id: 'T-05', severity: 'MUST', source: 'RFC 5625 §4.1', sent: 'an answer with the header bit Z', expected: 'passed on',
    async check(lab) {
      lab.upstream.script({ name: 't-05.test.', react: [{ kind: 'reply', raw: { flags: 0x81c0, answer: [address(1)] } }] });
      expect(await lab.ask({ name: 't-05.test' })).toMatchObject({ rcode: 'NOERROR', answers: [{}] });
    },
  },
  {
    id: 'T-06', severity: 'MUST', source: 'RFC 5625 §4.2', sent: 'answers with and without compression', expected: 'both passed on',
    async check(lab) {
      await passesExactly(lab, 't-06-a.plain', TYPES.A, [address(1)]);
      await passesExactly(lab, 't-06-b.plain', TYPES.A, [resource({ owner: nameOf('t-06-b.plain'), type: TYPES.A, rdata: [192, 0, 2, 1] })]);
    },
  },
  {
    id: 'T-07', severity: 'SHOULD', source: 'RFC 5625 §4.4.2, RFC 9715', sent: '1,200 octets over UDP for a client that takes 1232', expected: 'passed whole',
    async check(lab) {
      const record = resource({ type: 65280, rdata: Array.from({ length: 1140 }, () => 7) });
      lab.upstream.script({ name: 't-07.test.', react: [{ kind: 'reply', raw: { answer: [record] } }] });
      const answer = await lab.ask({ name: 't-07.test', type: 'TYPE65280', edns: { udpPayloadSize: 1232 } });
      expect(answer).toMatchObject({ truncated: false, answers: [{}] });
    },
  },
  {
    id: 'T-08', severity: 'MUST', source: 'RFC 8945 §5.2', sent: 'a query with TSIG', expected: 'NOTAUTH: never stripped and answered',
    async check(lab) {
      const algorithm = nameOf('hmac-sha256.');
      const tsig = resource({ owner: labels('key'), type: TYPES.TSIG, class: 255, ttl: 0, rdata: octets(algorithm, [0, 0, 0, 0, 0, 0, 1, 44, 0, 0], [0x12, 0x34, 0, 0, 0, 0]) });
      const answer = read(await lab.send(packet({ counts: [1, 0, 0, 1] }, question(nameOf('t-08.test.')), tsig)));
      expect(answer).toMatchObject({ rcode: 'NOTAUTH', answers: [] });
      expect(lab.upstream.asked('t-08.test.')).toEqual([]);
    },
  },
  {
    id: 'T-10', severity: 'MUST', source: 'RFC 5625 §4.1', sent: 'CD, RD=0, DO', expected: 'they reach the upstream as sent',
    async check(lab) {
      await lab.ask({ name: 't-10.test', checkingDisabled: true, recursionDesired: false, edns: { udpPayloadSize: 1232, dnssecOk: true } });
      await lab.ask({ name: 't-10.test', edns: { udpPayloadSize: 1232 } });
      expect(lab.upstream.asked('t-10.test.').map(({ message }) => message)).toMatchObject([
        { checkingDisabled: true, recursionDesired: false, edns: { dnssecOk: true } },
        { checkingDisabled: false, recursionDesired: true, edns: { dnssecOk: false } },
      ]);
    },
  },
  {
    id: 'T-11', severity: 'practice', source: 'RFC 6895 §3.2', sent: 'class CH, ANY, NONE and 0', expected: 'CH and ANY forwarded as such, the others REFUSED',
    async check(lab) {
      for (const klass of ['CH', 'ANY']) {
        lab.upstream.script({ name: 't-11.plain.', times: 1, react: [{ kind: 'reply', response: {} }] });
        expect(await lab.ask({ name: 't-11.plain', type: 'TXT', class: klass })).toMatchObject({ rcode: 'NOERROR', question: { class: klass } });
      }
      expect(lab.upstream.asked('t-11.plain.').map(({ message }) => message.question?.class)).toEqual(['CH', 'ANY']);
      for (const klass of ['NONE', 'CLASS0']) {
        expect(await lab.ask({ name: 't-11.plain', class: klass })).toMatchObject({ rcode: 'REFUSED' });
      }
    },
  },
  {
    id: 'T-12', severity: 'SHOULD', source: 'RFC 5625 §6.2, CVE-2013-0198', sent: 'a query to an address that `bind` does not name', expected: 'no answer',
    async check(lab) {
      const socket = createSocket('udp4');
      const heard: unknown[] = [];
      socket.on('message', (bytes) => heard.push(bytes));
      socket.on('error', () => undefined);
      socket.connect(lab.port, '127.0.0.9');
      await once(socket, 'connect');
      socket.send(encodeQuery({ id: 1, name: 't-12.test', type: 'A' }));
      await new Promise((resolve) => setTimeout(resolve, 250));
      socket.close();
      expect(heard).toEqual([]);
    },
  },
  {
    id: 'T-13', severity: 'MUST', source: 'RFC 2181 §4.1', sent: 'queries to two addresses of one server', expected: 'each answer comes from the address that was asked',
    check: () =>
      inLab(
        (upstream) => `. {\n bind 127.0.0.1 127.0.0.7\n forward . ${upstream}\n}`,
        async (lab) => {
          for (const asked of ['127.0.0.1', '127.0.0.7']) {
            const socket = createSocket('udp4');
            socket.send(encodeQuery({ id: 1, name: 't-13.test', type: 'A' }), lab.port, asked);
            const [, peer] = (await once(socket, 'message', { signal: AbortSignal.timeout(3000) })) as [unknown, { address: string }];
            socket.close();
            expect(peer.address).toBe(asked);
          }
        },
      ),
  },
  {
    id: 'A-06', severity: 'practice', source: 'MaginotDNS, CVE-2021-25220', sent: 'one name by way of two server blocks with upstreams of their own', expected: 'neither block sees what the other keeps',
    async check() {
      const other = await freePort();
      await inLab(
        (upstream) => `.:${other} {\n bind 127.0.0.1\n cache\n forward . ${upstream}\n}\n. {\n bind 127.0.0.1\n cache\n forward . ${upstream}\n}`,
        async (lab) => {
          const query = encodeQuery({ id: 1, name: 'a-06.test', type: 'A' });
          lab.upstream.script({ name: 'a-06.test.', times: 1, react: [{ kind: 'reply', response: { answers: [a('a-06.test', '192.0.2.66', 300)] } }] });
          const first = await gather(other, [query], 200);
          expect(first.map((answer) => read(answer).answers)).toMatchObject([[{ data: { address: '192.0.2.66' } }]]);
          expect(await lab.ask({ name: 'a-06.test' })).toMatchObject({ answers: [{ data: { address: '192.0.2.1' } }] });
        },
      );
    },
  },
  {
    id: 'CVE-2015-3294', severity: 'practice', source: 'CVE-2015-3294, CVE-2021-23386', sent: 'queries that are refused', expected: 'an answer no longer than the query, with nothing behind the question',
    async check(lab) {
      for (const opcode of [0x0100, 0x2900]) {
        const asked = packet({ flags: opcode, counts: [1, 1, 0, 0] }, question(nameOf('cve-2015-3294.test.')), address(1));
        const answer = await lab.send(bent(asked, { 0: 9 }), 'tcp');
        expect(answer.length).toBeLessThanOrEqual(12 + question(nameOf('cve-2015-3294.test.')).length);
      }
    },
  },
];
