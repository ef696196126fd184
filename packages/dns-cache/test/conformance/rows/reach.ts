import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { encodeQuery } from '@nodelocal/dns-cache';
import { expect } from 'vitest';
import { freePort } from '../../support/loopback.ts';
import { address, labels, nameOf, octets, opt, packet, question, resource, TYPES } from '../../support/packets.ts';
import { a, read } from '../../support/world.ts';
import { gatherAll, inLab } from '../lab.ts';
import type { Row } from '../row.ts';

/** A signature by a key that nobody has (RFC 8945 §4.2). */
const TSIG = resource({
  owner: labels('key'),
  type: TYPES.TSIG,
  class: 255,
  ttl: 0,
  rdata: octets(nameOf('hmac-sha256.'), [0, 0, 0, 0, 0, 0, 1, 44, 0, 0], [0x12, 0x34, 0, 0, 0, 0]),
});

/** What gets to whom (RFC 2181, 5625, 6895, 8945). */
export const reachRows: readonly Row[] = [
  {
    id: 'T-08',
    severity: 'MUST',
    source: 'RFC 8945 §5.2',
    sent: 'a query with TSIG',
    expected: 'NOTAUTH: never stripped and answered',
    async check(lab) {
      const answer = read(await lab.send(packet({ counts: [1, 0, 0, 1] }, question(nameOf('t-08.test.')), TSIG)));
      expect(answer).toMatchObject({ rcode: 'NOTAUTH', answers: [] });
      expect(lab.upstream.asked('t-08.test.')).toEqual([]);
    },
  },
  {
    id: 'T-08a',
    severity: 'MUST',
    source: 'RFC 8945 §5.2, §5.3',
    sent: 'a reply that the upstream has signed with TSIG, with and without OPT',
    expected: 'the answer without TSIG, well formed for clients with and without OPT, fresh and kept',
    async check(lab) {
      for (const additional of [[TSIG], [opt(), TSIG]]) {
        const name = `n${additional.length}.t-08a.test.`;
        lab.upstream.script({ name, react: [{ kind: 'reply', raw: { answer: [address(1)], additional } }] });
        for (const edns of [undefined, { udpPayloadSize: 1232 }, undefined, { udpPayloadSize: 1232 }]) {
          const answer = await lab.ask({ name, ...(edns === undefined ? {} : { edns }) });
          expect(answer).toMatchObject({ rcode: 'NOERROR', answers: [{}], additionals: [] });
          expect(answer.edns === undefined).toBe(edns === undefined);
        }
        expect(lab.upstream.asked(name)).toHaveLength(1);
      }
    },
  },
  {
    id: 'T-10',
    severity: 'MUST',
    source: 'RFC 5625 §4.1',
    sent: 'CD, RD=0, DO',
    expected: 'they reach the upstream as sent',
    async check(lab) {
      await lab.ask({
        name: 't-10.test',
        checkingDisabled: true,
        recursionDesired: false,
        edns: { udpPayloadSize: 1232, dnssecOk: true },
      });
      await lab.ask({ name: 't-10.test', edns: { udpPayloadSize: 1232 } });
      expect(lab.upstream.asked('t-10.test.').map(({ message }) => message)).toMatchObject([
        { checkingDisabled: true, recursionDesired: false, edns: { dnssecOk: true } },
        { checkingDisabled: false, recursionDesired: true, edns: { dnssecOk: false } },
      ]);
    },
  },
  {
    id: 'T-11',
    severity: 'practice',
    source: 'RFC 6895 §3.2',
    sent: 'class CH, ANY, NONE and 0',
    expected: 'CH and ANY forwarded as such, the others REFUSED',
    async check(lab) {
      for (const klass of ['CH', 'ANY']) {
        lab.upstream.script({ name: 't-11.plain.', times: 1, react: [{ kind: 'reply', response: {} }] });
        expect(await lab.ask({ name: 't-11.plain', type: 'TXT', class: klass })).toMatchObject({
          rcode: 'NOERROR',
          question: { class: klass },
        });
      }
      expect(lab.upstream.asked('t-11.plain.').map(({ message }) => message.question?.class)).toEqual(['CH', 'ANY']);
      for (const klass of ['NONE', 'CLASS0']) {
        expect(await lab.ask({ name: 't-11.plain', class: klass })).toMatchObject({ rcode: 'REFUSED' });
      }
    },
  },
  {
    id: 'T-12',
    severity: 'SHOULD',
    source: 'RFC 5625 §6.2, CVE-2013-0198',
    sent: 'a query to an address that `bind` does not name',
    expected: 'no answer',
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
    id: 'T-13',
    severity: 'MUST',
    source: 'RFC 2181 §4.1',
    sent: 'queries to two addresses of one server',
    expected: 'each answer comes from the address that was asked',
    check: () =>
      inLab(
        (upstream) => `. {\n bind 127.0.0.1 127.0.0.7\n forward . ${upstream}\n}`,
        async (lab) => {
          for (const asked of ['127.0.0.1', '127.0.0.7']) {
            const socket = createSocket('udp4');
            socket.send(encodeQuery({ id: 1, name: 't-13.test', type: 'A' }), lab.port, asked);
            const [, peer] = (await once(socket, 'message', { signal: AbortSignal.timeout(3000) })) as [
              unknown,
              { address: string },
            ];
            socket.close();
            expect(peer.address).toBe(asked);
          }
        },
      ),
  },
  {
    id: 'A-06',
    severity: 'practice',
    source: 'MaginotDNS, CVE-2021-25220',
    sent: 'one name by way of two server blocks with upstreams of their own',
    expected: 'neither block sees what the other keeps',
    async check() {
      const other = await freePort();
      await inLab(
        (upstream) =>
          `.:${other} {\n bind 127.0.0.1\n cache\n forward . ${upstream}\n}\n. {\n bind 127.0.0.1\n cache\n forward . ${upstream}\n}`,
        async (lab) => {
          const query = encodeQuery({ id: 1, name: 'a-06.test', type: 'A' });
          lab.upstream.script({
            name: 'a-06.test.',
            times: 1,
            react: [{ kind: 'reply', response: { answers: [a('a-06.test', '192.0.2.66', 300)] } }],
          });
          const first = await gatherAll(other, [query]);
          expect(first.map((answer) => read(answer).answers)).toMatchObject([[{ data: { address: '192.0.2.66' } }]]);
          expect(await lab.ask({ name: 'a-06.test' })).toMatchObject({ answers: [{ data: { address: '192.0.2.1' } }] });
        },
      );
    },
  },
];
