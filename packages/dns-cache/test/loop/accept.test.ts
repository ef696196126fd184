import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Endpoint } from '../../src/address.ts';
import { acceptStreams } from '../../src/loop/accept.ts';
import { loopOf } from '../../src/loop/loop.ts';
import { openListening } from '../../src/loop/open.ts';
import type { Stream } from '../../src/loop/stream.ts';
import { createStream } from '../../src/loop/stream.ts';
import type { SystemCalls } from '../../src/loop/system-calls.ts';
import { systemCalls } from '../../src/loop/system-calls.ts';
import { freePort } from '../support/loopback.ts';

const calls = systemCalls();
const note = calls === undefined ? ' (skipped: no koffi for this machine, or DNS_CACHE_LOOP=off)' : '';

/** A connection that came, and what happened to it. */
interface Taken {
  readonly stream: Stream;
  readonly peer: Endpoint;
  readonly local: Endpoint;
  readonly told: string[];
  readonly heard: () => string;
}

describe.skipIf(calls === undefined)(`connections of our own loop${note}`, () => {
  const open: { close(): void }[] = [];
  afterEach(() => {
    for (const one of open.splice(0)) one.close();
  });

  const listen = async (address: string, given: SystemCalls | undefined = calls): Promise<{ readonly port: number; readonly taken: Taken[] }> => {
    if (given === undefined) throw new Error('no system calls');
    const port = await freePort();
    const opened = openListening(given, { address, port }, false);
    if (opened.kind !== 'opened') throw new Error(opened.kind);
    const loop = loopOf(given);
    const taken: Taken[] = [];
    open.push(
      acceptStreams({
        calls: given,
        loop,
        fd: opened.fd,
        interfaceName: String,
        accept(fd, peer, local) {
          const told: string[] = [];
          const octets: Uint8Array[] = [];
          const events = {
            ready: () => told.push('ready'),
            heard: (some: Uint8Array) => octets.push(some),
            ended: () => told.push('ended'),
            blocked: () => told.push('blocked'),
            drained: () => told.push('drained'),
            failed: (code: string) => told.push(code),
            closed: () => told.push('closed'),
          };
          const stream = createStream({ calls: given, loop, opened: { kind: 'opened', fd }, isConnected: true, events });
          open.push({ close: () => stream.destroy() });
          taken.push({ stream, peer, local, told, heard: () => Buffer.concat(octets).toString() });
        },
      }),
    );
    return { port, taken };
  };

  const dial = async (port: number, host: string): Promise<Socket> => {
    const socket = connect({ port, host, allowHalfOpen: true });
    socket.on('error', () => undefined);
    open.push({ close: () => socket.destroy() });
    await once(socket, 'connect');
    return socket;
  };

  const first = async (taken: readonly Taken[]): Promise<Taken> => {
    await vi.waitFor(() => expect(taken).not.toEqual([]), 5000);
    return taken[0] as Taken;
  };

  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::', '::1'],
    // What the kernel calls ::ffff:127.0.0.1.
    ['::', '127.0.0.1'],
  ])('at %s know who came from %s, and where to', async (address, host) => {
    const { port, taken } = await listen(address);
    const socket = await dial(port, host);
    const { peer, local } = await first(taken);
    expect(peer).toEqual({ address: host, port: socket.localPort });
    expect(local).toEqual({ address: host, port });
  });

  it('read nothing while they are paused, and nothing is lost', async () => {
    const { port, taken } = await listen('127.0.0.1');
    const socket = await dial(port, '127.0.0.1');
    const { stream, heard } = await first(taken);
    stream.pause();
    socket.write('one ');
    socket.write('two');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(heard()).toBe('');
    stream.resume();
    await vi.waitFor(() => expect(heard()).toBe('one two'), 5000);
  });

  it('end behind what was written, and are over once the peer has ended too', async () => {
    const { port, taken } = await listen('127.0.0.1');
    const socket = await dial(port, '127.0.0.1');
    const { stream, told } = await first(taken);
    stream.write(Buffer.from('all of it'));
    stream.end();
    const [octets] = (await once(socket, 'data')) as [Buffer];
    expect(String(octets)).toBe('all of it');
    await once(socket, 'end');
    expect(told).toEqual([]);
    socket.end();
    await vi.waitFor(() => expect(told).toEqual(['closed']), 5000);
  });

  it('still answer whoever has ended', async () => {
    const { port, taken } = await listen('127.0.0.1');
    const socket = await dial(port, '127.0.0.1');
    socket.end('a question');
    const { stream, told, heard } = await first(taken);
    await vi.waitFor(() => expect(told).toEqual(['ended']), 5000);
    expect(heard()).toBe('a question');
    stream.write(Buffer.from('an answer'));
    stream.destroySoon();
    const [octets] = (await once(socket, 'data')) as [Buffer];
    expect(String(octets)).toBe('an answer');
    await vi.waitFor(() => expect(told).toEqual(['ended', 'closed']), 5000);
  });

  it('say when the peer takes nothing, and when it has taken all', async () => {
    const { port, taken } = await listen('127.0.0.1');
    const socket = await dial(port, '127.0.0.1');
    socket.pause();
    const { stream, told } = await first(taken);
    const octets = 16 << 20;
    stream.write(new Uint8Array(octets));
    await vi.waitFor(() => expect(told).toEqual(['blocked']), 5000);
    expect(stream.unsentOctets).toBeGreaterThan(0);
    let got = 0;
    socket.on('data', (some) => {
      got += some.length;
    });
    socket.resume();
    await vi.waitFor(() => expect(told).toEqual(['blocked', 'drained']), 10_000);
    await vi.waitFor(() => expect(got).toBe(octets), 5000);
    expect(stream.unsentOctets).toBe(0);
  }, 20_000);

  it('are over when they are reset, though nobody reads', async () => {
    const { port, taken } = await listen('127.0.0.1');
    const socket = await dial(port, '127.0.0.1');
    const { stream, told } = await first(taken);
    stream.pause();
    socket.resetAndDestroy();
    await vi.waitFor(() => expect(told).toEqual(['ECONNRESET', 'closed']), 5000);
  });

  it('wait where the process may open no more, and are taken later', async () => {
    if (calls === undefined) return;
    let refusals = 2;
    let isRefused = false;
    const { port, taken } = await listen('127.0.0.1', {
      ...calls,
      accept(...words) {
        isRefused = refusals > 0;
        refusals -= 1;
        return isRefused ? -1 : calls.accept(...words);
      },
      lastError: () => (isRefused ? 'EMFILE' : calls.lastError()),
    });
    await dial(port, '127.0.0.1');
    await first(taken);
    expect(refusals).toBeLessThan(0);
  });
});
