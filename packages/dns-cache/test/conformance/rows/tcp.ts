import { connect } from 'node:net';
import { encodeQuery } from '@nodelocal/dns-cache';
import { expect } from 'vitest';
import { framed } from '../../support/loopback.ts';
import { ednsQuery, nameOf, octets, option, packet, question, u16 } from '../../support/packets.ts';
import { a, read } from '../../support/world.ts';
import { block, inLab, pause } from '../lab.ts';
import type { Row } from '../row.ts';
import type { Stream } from '../stream.ts';
import { openStream, waitFor } from '../stream.ts';
import { optOf } from './opt.ts';

const query = (id: number, name: string): Uint8Array => framed(encodeQuery({ id, name, type: 'A' }));
const KEEPALIVE = 11;

/** Sends these pieces with a pause between, each as a segment of its own. */
const sendSlowly = async ({ socket }: Stream, pieces: readonly Uint8Array[], pauseMs: number): Promise<void> => {
  for (const piece of pieces) {
    if (socket.destroyed || !socket.writable) return;
    socket.write(piece);
    await pause(pauseMs);
  }
};

const single = (bytes: Uint8Array): readonly Uint8Array[] => [...bytes].map((octet) => Uint8Array.of(octet));

/** Clients over TCP (RFC 7766, 7828, 8490, 9210). */
export const tcpRows: readonly Row[] = [
  {
    id: 'P-01', severity: 'MUST', source: 'RFC 7766 §5', sent: 'a query over TCP', expected: 'an answer',
    async check(lab) {
      expect(await lab.ask({ name: 'p-01.test' }, 'tcp')).toMatchObject({ rcode: 'NOERROR', answers: [{}] });
    },
  },
  {
    id: 'P-02', severity: 'SHOULD', source: 'RFC 7766 §8', sent: 'length and message in segments of their own; an octet in each segment', expected: 'an answer',
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
    id: 'P-03', severity: 'SHOULD', source: 'RFC 7766 §6.2.1.1', sent: 'ten queries in one segment', expected: 'ten answers',
    async check(lab) {
      const stream = await openStream(lab.port);
      stream.socket.write(octets(...Array.from({ length: 10 }, (_, id) => query(id, `n${id}.p-03.test`))));
      const answers = (await stream.received(10)).map(read);
      expect(answers.map(({ id, question: asked }) => `${id} ${asked?.name}`).toSorted()).toEqual(Array.from({ length: 10 }, (_, id) => `${id} n${id}.p-03.test.`));
      stream.socket.destroy();
    },
  },
  {
    id: 'P-04', severity: 'SHOULD', source: 'RFC 7766 §7', sent: 'a slow question, then a fast one', expected: 'the fast one is answered first',
    async check(lab) {
      lab.upstream.script({ name: 'slow.p-04.test.', react: [{ kind: 'reply', response: {}, afterMs: 300 }] });
      const stream = await openStream(lab.port);
      stream.socket.write(octets(query(1, 'slow.p-04.test'), query(2, 'fast.p-04.test')));
      expect((await stream.received(2)).map((message) => read(message).id)).toEqual([2, 1]);
      stream.socket.destroy();
    },
  },
  {
    id: 'P-05', severity: 'practice', source: 'RFC 7766 §6.2.4, CVE-2022-0396', sent: 'FIN behind queries that are not answered yet', expected: 'the answers, then FIN',
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
    id: 'P-06', severity: 'SHOULD', source: 'RFC 9210 §4.2, CoreDNS', sent: 'nothing, after a query that was answered', expected: 'closed after seconds, not at once',
    async check(lab) {
      const stream = await openStream(lab.port);
      stream.socket.write(query(1, 'p-06.test'));
      await stream.received(1);
      const lasted = await stream.closedWithin(13_000);
      expect(lasted).toBeGreaterThan(4000);
    },
  },
  {
    id: 'P-07', severity: 'practice', source: 'knot test_slow_lorris', sent: 'one octet and silence; an octet each half second', expected: 'closed within 5 s of the first octet',
    async check(lab) {
      const streams = await Promise.all([openStream(lab.port), openStream(lab.port)]);
      const [silent, slow] = streams;
      silent?.socket.write(Uint8Array.of(0));
      const pieces = single(query(1, 'p-07.test'));
      const sending = slow === undefined ? Promise.resolve() : sendSlowly(slow, pieces.slice(0, 12), 500);
      for (const stream of streams) await stream.closedWithin(6000);
      await sending;
    },
  },
  {
    id: 'P-08', severity: 'practice', source: 'knot tests, CVE-2017-9445', sent: 'a length of 0, of 5, and of 65535 with 20 octets and silence', expected: 'closed, within 5 s',
    async check(lab) {
      const pieces = [[0, 0], [0, 5, 1, 2, 3, 4, 5], [0xff, 0xff, ...Array.from({ length: 20 }, () => 1)]];
      const closing = pieces.map(async (piece) => {
        const stream = await openStream(lab.port);
        stream.socket.write(Uint8Array.from(piece));
        return stream.closedWithin(6000);
      });
      const [empty = 0, short = 0] = await Promise.all(closing);
      expect(Math.max(empty, short)).toBeLessThan(1000);
    },
  },
  {
    id: 'P-08a', severity: 'practice', source: 'CVE-2025-47950', sent: '500 connections that each promise 65,535 octets', expected: 'no memory for what has not come',
    async check(lab) {
      const before = process.memoryUsage();
      const streams = await Promise.all(Array.from({ length: 500 }, () => openStream(lab.port)));
      for (const { socket } of streams) socket.write(Uint8Array.from([0xff, 0xff, 1]));
      await pause(200);
      const after = process.memoryUsage();
      // 32 MB were they set aside; both ends of every connection are in this process.
      expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(16 * 2 ** 20);
      for (const { socket } of streams) socket.destroy();
    },
  },
  {
    id: 'P-09', severity: 'practice', source: 'knot prefix tests', sent: 'a length shorter than the message', expected: 'FORMERR or the end of the connection; others are served',
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
    id: 'P-10', severity: 'practice', source: 'knot flood_no_recv', sent: 'queries for 60 KB answers, without end, by a client that reads none', expected: 'the connection ends; no more than some MB wait for it',
    check: () =>
      inLab(block('cache'), async (lab) => {
        const answers = Array.from({ length: 3700 }, (_, at) => a('p-10.test', `10.0.${at >> 8}.${at & 255}`, 300));
        lab.upstream.script({ name: 'p-10.test.', react: [{ kind: 'reply', response: { answers } }] });
        await lab.ask({ name: 'p-10.test' }, 'tcp');
        const before = process.memoryUsage().arrayBuffers;
        const stream = await openStream(lab.port);
        stream.socket.pause();
        const batch = octets(...Array.from({ length: 50 }, (_, id) => query(id, 'p-10.test')));
        for (let sent = 0; sent < 40 && !stream.socket.destroyed; sent += 1) {
          stream.socket.write(batch);
          await pause(5);
        }
        expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(48 * 2 ** 20);
        stream.socket.resume();
        await stream.closedWithin(13_000);
        expect(stream.messages.length).toBeLessThan(2000);
      }),
  },
  {
    id: 'P-11', severity: 'SHOULD', source: 'RFC 7766 §6.2.2, RFC 9210 §4.2', sent: '1,100 connections', expected: 'a bound; when they are gone, new ones are taken',
    check: () =>
      inLab(block('cache'), async (lab) => {
        const opened = await Promise.all(Array.from({ length: 1100 }, () => openStream(lab.port)));
        const alive = (): number => opened.filter(({ socket }) => !socket.destroyed && socket.readable).length;
        await waitFor('no more than 1,024 are kept', 2500, () => alive() <= 1024);
        expect(alive()).toBeGreaterThan(100);
        for (const { socket } of opened) socket.destroy();
        await pause(200);
        expect(await lab.ask({ name: 'p-11.test' }, 'tcp')).toMatchObject({ rcode: 'NOERROR' });
      }),
  },
  {
    id: 'P-11a', severity: 'SHOULD', source: 'RFC 7766 §6.2.2', sent: '1,100 connections from one address, then one from another', expected: 'the other is served',
    awaits: 'sockets: a bound on the connections of one address',
    check: () =>
      inLab(block('cache'), async (lab) => {
        const opened = await Promise.all(Array.from({ length: 1100 }, () => openStream(lab.port)));
        await pause(300);
        try {
          const socket = connect({ host: '127.0.0.1', port: lab.port, localAddress: '127.0.0.8' });
          const answered = new Promise<boolean>((resolve) => {
            socket.on('data', () => resolve(true));
            for (const event of ['close', 'error']) socket.on(event, () => resolve(false));
          });
          socket.write(query(1, 'p-11a.test'));
          expect(await answered).toBe(true);
          socket.destroy();
        } finally {
          for (const { socket } of opened) socket.destroy();
        }
      }),
  },
  {
    id: 'P-12', severity: 'practice', source: 'RFC 7766 §6.2.1', sent: 'one ID twice in flight for two names', expected: 'both answers, each with its own question',
    async check(lab) {
      const stream = await openStream(lab.port);
      stream.socket.write(octets(query(1, 'a.p-12.test'), query(1, 'b.p-12.test')));
      const names = (await stream.received(2)).map((message) => read(message).question?.name ?? '');
      expect(names.toSorted()).toEqual(['a.p-12.test.', 'b.p-12.test.']);
      stream.socket.destroy();
    },
  },
  {
    id: 'P-13', severity: 'MUST', source: 'RFC 7828 §3.2.1', sent: 'edns-tcp-keepalive over UDP', expected: 'ignored, not echoed',
    async check(lab) {
      const answer = await lab.send(ednsQuery('p-13.test', { options: [option(KEEPALIVE)] }));
      expect(read(answer)).toMatchObject({ rcode: 'NOERROR' });
      expect(optOf(answer)?.options).toEqual([]);
    },
  },
  {
    id: 'P-14', severity: 'SHOULD', source: 'RFC 7828 §3.3.2', sent: 'edns-tcp-keepalive of length 0 over TCP', expected: 'an answer; if it has the option, with a timeout',
    async check(lab) {
      const answer = await lab.send(ednsQuery('p-14.test', { options: [option(KEEPALIVE)] }), 'tcp');
      expect(read(answer)).toMatchObject({ rcode: 'NOERROR' });
      expect((optOf(answer)?.options ?? []).every(({ code, data }) => code === KEEPALIVE && data.length === 2)).toBe(true);
    },
  },
  {
    id: 'P-15', severity: 'MUST', source: 'RFC 8490 §5.1', sent: 'DSO (opcode 6) over TCP', expected: 'NOTIMP',
    async check(lab) {
      const dso = packet({ flags: 6 << 11, counts: [0, 0, 0, 0] }, u16(1), u16(8), [0, 0, 0, 0, 0, 0, 0, 0]);
      expect(read(await lab.send(dso, 'tcp'))).toMatchObject({ rcode: 'NOTIMP', opcode: 6 });
    },
  },
  {
    id: 'CVE-2025-30193', severity: 'practice', source: 'CVE-2025-30193', sent: '30,000 queries on one connection', expected: '30,000 answers',
    async check(lab) {
      const stream = await openStream(lab.port);
      for (let sent = 0; sent < 30_000; sent += 100) {
        stream.socket.write(octets(...Array.from({ length: 100 }, (_, at) => query(at, 'cve-2025-30193.test'))));
        await stream.received(sent + 100);
      }
      stream.socket.destroy();
    },
  },
  {
    id: 'P-22', severity: 'MUST', source: 'RFC 9210 §3.1', sent: 'queries of all kinds over UDP and TCP', expected: 'the same response codes, flags and sections',
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
      for (const message of messages) expect(read(await lab.send(message, 'tcp'))).toEqual(read(await lab.send(message)));
    },
  },
];
