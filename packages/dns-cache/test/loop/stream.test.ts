import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { loopOf } from '../../src/loop/loop.ts';
import { dialStream } from '../../src/loop/dial.ts';
import type { Stream } from '../../src/loop/stream.ts';
import { systemCalls } from '../../src/loop/system-calls.ts';
import { yieldToNode } from '../../src/sockets/node-turn.ts';
import { freePort } from '../support/loopback.ts';

const calls = systemCalls();
const note = calls === undefined ? ' (skipped: no koffi for this machine, or DNS_CACHE_LOOP=off)' : '';
const ADDRESS = '127.0.0.1';

describe.skipIf(calls === undefined)(`streams of our own loop${note}`, () => {
  const open: { close(): void }[] = [];
  afterEach(() => {
    for (const one of open.splice(0)) one.close();
  });

  const serve = async (take: (socket: Socket) => void): Promise<number> => {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => undefined);
      open.push({ close: () => socket.destroy() });
      take(socket);
    });
    open.push(server);
    server.listen(0, ADDRESS);
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };

  /** What happens is told as it comes. */
  const dial = (port: number, sourceAddress?: string, given = calls): { readonly stream: Stream; readonly told: string[]; readonly octets: () => Uint8Array; readonly closed: Promise<void> } => {
    if (given === undefined) throw new Error('no system calls');
    const told: string[] = [];
    const heard: Uint8Array[] = [];
    let end = (): void => undefined;
    const closed = new Promise<void>((resolve) => {
      end = resolve;
    });
    const stream = dialStream({
      calls: given,
      loop: loopOf(given),
      peer: { address: ADDRESS, port },
      sourceAddress,
      events: {
        ready: () => told.push('ready'),
        heard(octets) {
          heard.push(octets);
          if (told.at(-1) !== 'heard') told.push('heard');
        },
        ended: () => stream?.destroy(),
        blocked: () => undefined,
        drained: () => undefined,
        failed: (code) => told.push(code),
        closed() {
          told.push('closed');
          end();
          yieldToNode();
        },
      },
    });
    if (stream === undefined) throw new Error('beyond the loop');
    open.push({ close: () => stream.destroy() });
    return { stream, told, octets: () => Buffer.concat(heard), closed };
  };

  it('carries what was written before it was connected, and hears the end behind the answer', async () => {
    const port = await serve((socket) => socket.on('data', (octets) => socket.end(octets)));
    const { stream, told, octets, closed } = dial(port);
    stream.write(Buffer.from('one '));
    stream.write(Buffer.from('two'));
    await closed;
    expect(told).toEqual(['ready', 'heard', 'closed']);
    expect(String(octets())).toBe('one two');
    expect(stream.isDestroyed).toBe(true);
  });

  it('keeps what the peer does not take, and loses nothing of it', async () => {
    const sent = Buffer.from(Array.from({ length: 1 << 24 }, (_, at) => (at * 31 + (at >>> 8)) & 0xff));
    const taken: Buffer[] = [];
    const peers: Socket[] = [];
    const port = await serve((socket) => {
      socket.on('data', (octets) => taken.push(octets));
      peers.push(socket.pause());
    });
    const { stream } = dial(port);
    for (let at = 0; at < sent.length; at += 100_000) stream.write(sent.subarray(at, at + 100_000));
    while (peers.length === 0) await sleep(1);
    await sleep(20);
    peers[0]?.resume();
    while (taken.reduce((sum, { length }) => sum + length, 0) < sent.length) await sleep(1);
    expect(Buffer.concat(taken).equals(sent)).toBe(true);
  });

  it('tells the peer at once that what it sent is here, unless there is something to write', async () => {
    if (calls === undefined) return;
    const QUICKACK = 12;
    let told = 0;
    const port = await serve((socket) => socket.on('data', (octets) => socket.write(octets)));
    const { stream, octets } = dial(port, undefined, {
      ...calls,
      setsockopt(fd, level, name, value, length) {
        if (name === QUICKACK) told += 1;
        return calls.setsockopt(fd, level, name, value, length);
      },
    });
    stream.write(Buffer.from('one'));
    while (octets().length === 0) await sleep(1);
    stream.acknowledge();
    expect(told).toBe(1);
    stream.write(Buffer.from('two'));
    stream.acknowledge();
    expect(told).toBe(1);
  });

  it.each([
    ['is refused', async () => freePort(), undefined, ['ECONNREFUSED', 'closed']],
    ['has no address to come from', async () => serve(() => undefined), '192.0.2.1', ['EADDRNOTAVAIL', 'closed']],
    ['is reset', async () => serve((socket) => void socket.once('data', () => socket.resetAndDestroy())), undefined, ['ready', 'ECONNRESET', 'closed']],
    ['is closed', async () => serve((socket) => socket.end()), undefined, ['ready', 'closed']],
  ] as const)('says that it %s', async (_what, portOf, source, story) => {
    const { stream, told, closed } = dial(await portOf(), source);
    stream.write(Buffer.from('question'));
    await closed;
    expect(told).toEqual(story);
  });

  it('is closed once when it is let go of, connected or not, and leaves no descriptor', async () => {
    const port = await serve(() => undefined);
    const before = readdirSync('/proc/self/fd').length;
    const early = dial(port);
    early.stream.destroy();
    early.stream.destroy();
    expect(early.told).toEqual([]);
    await early.closed;
    expect(early.told).toEqual(['closed']);
    const late = dial(port);
    while (late.told.length === 0) await sleep(1);
    late.stream.destroy();
    await late.closed;
    expect(late.told).toEqual(['ready', 'closed']);
    for (const one of open.splice(1)) one.close();
    while (readdirSync('/proc/self/fd').length > before) await sleep(1);
  });
});
