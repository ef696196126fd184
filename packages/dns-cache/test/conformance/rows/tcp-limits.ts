import { connect } from 'node:net';
import { expect } from 'vitest';
import { octets } from '../../support/packets.ts';
import { a } from '../../support/world.ts';
import { block, inLab, pause } from '../lab.ts';
import type { Row } from '../row.ts';
import { openStream, query, sendSlowly, single, waitFor } from '../stream.ts';

/** What one client over TCP may take of the server (RFC 7766 §6.2, RFC 9210 §4.2). */
export const tcpLimitRows: readonly Row[] = [
  {
    id: 'P-06',
    severity: 'SHOULD',
    source: 'RFC 9210 §4.2, CoreDNS',
    sent: 'nothing, after a query that was answered, with `timeouts { idle 2s }`',
    expected: 'closed after two seconds, not at once (10 s where nothing is said)',
    check: () =>
      inLab(block('timeouts {', 'idle 2s', '}'), async (lab) => {
        const stream = await openStream(lab.port);
        stream.socket.write(query(1, 'p-06.test'));
        await stream.received(1);
        expect(await stream.closedWithin(6000)).toBeGreaterThan(1900);
      }),
  },
  {
    id: 'P-07',
    severity: 'practice',
    source: 'knot test_slow_lorris',
    sent: 'one octet and silence; an octet each half second',
    expected: 'closed within 5 s of the first octet',
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
    id: 'P-08',
    severity: 'practice',
    source: 'knot tests, CVE-2017-9445',
    sent: 'a length of 0, of 5, and of 65535 with 20 octets and silence',
    expected: 'closed, within 5 s',
    async check(lab) {
      const pieces = [
        [0, 0],
        [0, 5, 1, 2, 3, 4, 5],
        [0xff, 0xff, ...Array.from({ length: 20 }, () => 1)],
      ];
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
    id: 'P-08a',
    severity: 'practice',
    source: 'CVE-2025-47950',
    sent: '500 connections that each promise 65,535 octets',
    expected: 'no memory for what has not come',
    alone: true,
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
    id: 'P-10',
    severity: 'practice',
    source: 'knot flood_no_recv',
    sent: 'queries for 60 KB answers, without end, by a client that reads none',
    expected: 'the connection ends; no more than some MB wait for it',
    alone: true,
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
    id: 'P-11',
    severity: 'SHOULD',
    source: 'RFC 7766 §6.2.2, RFC 9210 §4.2',
    sent: '1,100 connections',
    expected: 'a bound; when they are gone, new ones are taken',
    check: () =>
      inLab(block('cache'), async (lab) => {
        const opened = await Promise.all(Array.from({ length: 1100 }, () => openStream(lab.port)));
        const alive = (): number => opened.filter(({ socket }) => !socket.destroyed && socket.readable).length;
        await waitFor('no more than 1,024 are kept', 10_000, () => alive() <= 1024);
        expect(alive()).toBeGreaterThan(100);
        for (const { socket } of opened) socket.destroy();
        // The server has to hear of each end first.
        const ask = (): Promise<string> => lab.ask({ name: 'p-11.test' }, 'tcp').then(({ rcode }) => rcode, () => 'not taken');
        let heard = await ask();
        for (let tries = 0; heard === 'not taken' && tries < 25; tries += 1) {
          await pause(200);
          heard = await ask();
        }
        expect(heard).toBe('NOERROR');
      }),
  },
  {
    id: 'P-11a',
    severity: 'SHOULD',
    source: 'RFC 7766 §6.2.2',
    sent: '1,100 connections from one address, then one from another',
    expected: 'the other is served',
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
    id: 'CVE-2025-30193',
    severity: 'practice',
    source: 'CVE-2025-30193',
    sent: '30,000 queries on one connection',
    expected: '30,000 answers',
    async check(lab) {
      const stream = await openStream(lab.port);
      for (let sent = 0; sent < 30_000; sent += 100) {
        stream.socket.write(octets(...Array.from({ length: 100 }, (_, at) => query(at, 'cve-2025-30193.test'))));
        await stream.received(sent + 100);
      }
      stream.socket.destroy();
    },
  },
];
