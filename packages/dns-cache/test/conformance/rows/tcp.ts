import { expect } from 'vitest';
import { ednsQuery, nameOf, octets, option, packet, question, u16 } from '../../support/packets.ts';
import { read } from '../../support/world.ts';
import type { Row } from '../row.ts';
import { openStream, query, sendSlowly, single } from '../stream.ts';
import { optOf } from './opt.ts';

const KEEPALIVE = 11;

/** What clients over TCP are told (RFC 7766, 7828, 8490, 9210). */
export const tcpRows: readonly Row[] = [
  {
    id: 'P-01',
    severity: 'MUST',
    source: 'RFC 7766 §5',
    sent: 'a query over TCP',
    expected: 'an answer',
    async check(lab) {
      expect(await lab.ask({ name: 'p-01.test' }, 'tcp')).toMatchObject({ rcode: 'NOERROR', answers: [{}] });
    },
  },
  {
    id: 'P-02',
    severity: 'SHOULD',
    source: 'RFC 7766 §8',
    sent: 'length and message in segments of their own; an octet in each segment',
    expected: 'an answer',
    async check(lab) {
      const whole = query(7, 'p-02.test');
      for (const pieces of [[whole.subarray(0, 2), whole.subarray(2)], single(whole)]) {
        const stream = await openStream(lab.port);
        await sendSlowly(stream, pieces, 2);
        expect((await stream.received(1)).map((message) => read(message).id)).toEqual([7]);
        stream.socket.destroy();
      }
    },
  },
  {
    id: 'P-03',
    severity: 'SHOULD',
    source: 'RFC 7766 §6.2.1.1',
    sent: 'ten queries in one segment',
    expected: 'ten answers',
    async check(lab) {
      const stream = await openStream(lab.port);
      stream.socket.write(octets(...Array.from({ length: 10 }, (_, id) => query(id, `n${id}.p-03.test`))));
      const answers = (await stream.received(10)).map(read);
      expect(answers.map(({ id, question: asked }) => `${id} ${asked?.name}`).toSorted()).toEqual(
        Array.from({ length: 10 }, (_, id) => `${id} n${id}.p-03.test.`),
      );
      stream.socket.destroy();
    },
  },
  {
    id: 'P-04',
    severity: 'SHOULD',
    source: 'RFC 7766 §7',
    sent: 'a slow question, then a fast one',
    expected: 'the fast one is answered first',
    async check(lab) {
      lab.upstream.script({ name: 'slow.p-04.test.', react: [{ kind: 'reply', response: {}, afterMs: 300 }] });
      const stream = await openStream(lab.port);
      stream.socket.write(octets(query(1, 'slow.p-04.test'), query(2, 'fast.p-04.test')));
      expect((await stream.received(2)).map((message) => read(message).id)).toEqual([2, 1]);
      stream.socket.destroy();
    },
  },
  {
    id: 'P-05',
    severity: 'practice',
    source: 'RFC 7766 §6.2.4, CVE-2022-0396',
    sent: 'FIN behind queries that are not answered yet',
    expected: 'the answers, then FIN',
    async check(lab) {
      lab.upstream.script({ name: 'p-05.test.', react: [{ kind: 'reply', response: {}, afterMs: 150 }] });
      const stream = await openStream(lab.port, { allowHalfOpen: true });
      stream.socket.end(query(5, 'p-05.test'));
      expect((await stream.received(1)).map((message) => read(message).id)).toEqual([5]);
      await stream.closedWithin(2000);
      stream.socket.destroy();
    },
  },
  {
    id: 'P-09',
    severity: 'practice',
    source: 'knot prefix tests',
    sent: 'a length shorter than the message',
    expected: 'FORMERR or the end of the connection; others are served',
    async check(lab) {
      const stream = await openStream(lab.port);
      const whole = query(9, 'p-09.test');
      stream.socket.write(octets([0, 20], whole.subarray(2)));
      expect((await stream.received(1)).map((message) => read(message).rcode)).toEqual(['FORMERR']);
      stream.socket.destroy();
      expect(await lab.ask({ name: 'p-09.test' }, 'tcp')).toMatchObject({ rcode: 'NOERROR' });
    },
  },
  {
    id: 'P-12',
    severity: 'practice',
    source: 'RFC 7766 §6.2.1',
    sent: 'one ID twice in flight for two names',
    expected: 'both answers, each with its own question',
    async check(lab) {
      const stream = await openStream(lab.port);
      stream.socket.write(octets(query(1, 'a.p-12.test'), query(1, 'b.p-12.test')));
      const names = (await stream.received(2)).map((message) => read(message).question?.name ?? '');
      expect(names.toSorted()).toEqual(['a.p-12.test.', 'b.p-12.test.']);
      stream.socket.destroy();
    },
  },
  {
    id: 'P-13',
    severity: 'MUST',
    source: 'RFC 7828 §3.2.1',
    sent: 'edns-tcp-keepalive over UDP',
    expected: 'ignored, not echoed',
    async check(lab) {
      const answer = await lab.send(ednsQuery('p-13.test', { options: [option(KEEPALIVE)] }));
      expect(read(answer)).toMatchObject({ rcode: 'NOERROR' });
      expect(optOf(answer)?.options).toEqual([]);
    },
  },
  {
    id: 'P-14',
    severity: 'SHOULD',
    source: 'RFC 7828 §3.3.2',
    sent: 'edns-tcp-keepalive of length 0 over TCP',
    expected: 'an answer with the option, which says how long the connection is kept',
    async check(lab) {
      const answer = await lab.send(ednsQuery('p-14.test', { options: [option(KEEPALIVE)] }), 'tcp');
      expect(read(answer)).toMatchObject({ rcode: 'NOERROR' });
      // 10 s in units of 100 ms.
      expect(optOf(answer)?.options).toEqual([{ code: KEEPALIVE, data: Uint8Array.of(0, 100) }]);
    },
  },
  {
    id: 'P-15',
    severity: 'MUST',
    source: 'RFC 8490 §5.1',
    sent: 'DSO (opcode 6) over TCP',
    expected: 'NOTIMP',
    async check(lab) {
      const dso = packet({ flags: 6 << 11, counts: [0, 0, 0, 0] }, u16(1), u16(8), [0, 0, 0, 0, 0, 0, 0, 0]);
      expect(read(await lab.send(dso, 'tcp'))).toMatchObject({ rcode: 'NOTIMP', opcode: 6 });
    },
  },
  {
    id: 'P-22',
    severity: 'MUST',
    source: 'RFC 9210 §3.1',
    sent: 'queries of all kinds over UDP and TCP',
    expected: 'the same response codes, flags and sections',
    async check(lab) {
      lab.upstream.script({ name: 'no.p-22.plain.', react: [{ kind: 'reply', response: { rcode: 'NXDOMAIN' } }] });
      const asked = question(nameOf('p-22.plain.'));
      const messages = [
        packet({}, asked),
        packet({}, question(nameOf('no.p-22.plain.'))),
        packet({ flags: 0x0900 }, asked),
        packet({ counts: [1, 1, 0, 0] }, asked),
        packet({ counts: [0, 0, 0, 0] }),
        packet({ flags: 0x01b0 }, asked),
        packet({ flags: 0 }, asked),
        ednsQuery('p-22.plain', {}),
        ednsQuery('p-22.plain', { version: 1 }),
        ednsQuery('p-22.plain', { flags: 0x8000 }),
        ednsQuery('p-22.plain', {}, 252),
      ];
      for (const message of messages)
        expect(read(await lab.send(message, 'tcp'))).toEqual(read(await lab.send(message)));
    },
  },
];
