import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { ListenOptions, Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestContext } from 'vitest';
import { describe, expect, it } from 'vitest';
import { parseCorefile } from '@nodelocal/dns-cache';
import { controlFrame } from '../../src/dnstap/frames.ts';
import type { DnstapFacility } from '../../src/plugin/facility.ts';
import { createIncoming } from '../../src/taps/incoming.ts';
import { createOutgoing } from '../../src/taps/outgoing.ts';
import { createTaps } from '../../src/taps/taps.ts';
import { until } from '../faults/support/server.ts';
import { createAuthority, hasOpenssl, opensslNote } from '../support/certificate.ts';
import { freePort } from '../support/loopback.ts';
import type { TapReader } from './reader.ts';
import { readTaps } from './reader.ts';

const facilityOf = (line: string): DnstapFacility => {
  const facilities = parseCorefile(`. {\n${line}\n}`).blocks.flatMap(({ plugins }) => plugins.flatMap((plugin) => plugin.facilities));
  const found = facilities.find((facility) => facility.kind === 'dnstap');
  if (found === undefined) throw new RangeError(`no dnstap in ${line}`);
  return found;
};

const scratch = (context: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'dns-cache-taps-'));
  context.onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'sock');
};

/** Somebody who listens at the path, and what came on each connection. */
const startReader = async (path: string): Promise<{ readonly readers: readonly TapReader[]; stop(): void }> => {
  const readers: TapReader[] = [];
  const sockets = new Set<{ destroy(): unknown }>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    readers.push(readTaps(socket));
  }).listen(path);
  await once(server, 'listening');
  return {
    readers,
    stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
};

const text = (payloads: readonly Uint8Array[]): readonly string[] => payloads.map((payload) => Buffer.from(payload).toString());
const LOOK_MS = 100;

describe('messages to a reader', { concurrent: true }, () => {
  it('come in order, framed, and the end is said', async (context) => {
    const path = scratch(context);
    const reader = await startReader(path);
    const sink = createOutgoing(facilityOf(`dnstap ${path}`), () => undefined);
    for (const word of ['one', 'two', 'three']) sink.write(Buffer.from(word));
    await until(() => reader.readers[0]?.payloads.length === 3);
    await sink.close();
    expect(text(reader.readers[0]?.payloads ?? [])).toEqual(['one', 'two', 'three']);
    // READY, START, STOP of fstrm/control.h.
    expect(reader.readers[0]?.controls).toEqual([4, 2, 3]);
    reader.stop();
  });

  it('wait for one that is not there yet, and for one that went away, as many as may', async (context) => {
    const path = scratch(context);
    const lines: string[] = [];
    const facility = { ...facilityOf(`dnstap unix://${path}`), queueMessages: 2 };
    const sink = createOutgoing(facility, (_level, line) => lines.push(line), LOOK_MS);
    context.onTestFinished(() => sink.close());
    for (const word of ['one', 'two', 'three']) sink.write(Buffer.from(word));
    await until(() => lines.some((line) => line.includes('Dropped')));
    expect(lines[0]).toMatch(/^\[ERROR\] plugin\/dnstap: No connection to dnstap endpoint: .*ENOENT/);
    expect(lines).toContain('[WARNING] plugin/dnstap: Dropped dnstap messages: 1');
    const first = await startReader(path);
    await until(() => first.readers[0]?.payloads.length === 2);
    first.stop();
    const second = await startReader(path);
    await until(() => second.readers.length > 0);
    sink.write(Buffer.from('four'));
    await until(() => second.readers.some(({ payloads }) => text(payloads).includes('four')));
    second.stop();
  });

  it('are not sent to what speaks something else', async (context) => {
    const path = scratch(context);
    const server = createServer((socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(path);
    await once(server, 'listening');
    const lines: string[] = [];
    const sink = createOutgoing(facilityOf(`dnstap ${path}`), (_level, line) => lines.push(line));
    await until(() => lines.length > 0);
    expect(lines[0]).toContain('what listens there does not read dnstap');
    await sink.close();
    server.close();
  });
});

/** Takes connections and says nothing, or what `greet` does; how many came, are open, and were at most. */
const startMute = async (context: TestContext, at: ListenOptions, greet = (_socket: Socket): void => undefined): Promise<{ came: number; open: number; most: number }> => {
  const count = { came: 0, open: 0, most: 0 };
  const server = createServer((socket) => {
    count.came += 1;
    count.open += 1;
    count.most = Math.max(count.most, count.open);
    socket.on('error', () => undefined).on('close', () => (count.open -= 1));
    socket.resume();
    greet(socket);
  }).listen(at);
  await once(server, 'listening');
  context.onTestFinished(() => void server.close());
  return count;
};

describe('readers that do not behave', { concurrent: true }, () => {
  it('have their time to answer over TLS, not one connection more at each look, and the same reason is told once', async (context) => {
    const port = await freePort();
    const count = await startMute(context, { port, host: '127.0.0.1' });
    const lines: string[] = [];
    const sink = createOutgoing(facilityOf(`dnstap tls://127.0.0.1:${port}`), (_level, line) => lines.push(line), 30, 150);
    await until(() => count.came === 4);
    await sink.close();
    await until(() => count.open === 0);
    // The next one may have come before the last one is seen to have gone.
    expect(count.most).toBeLessThanOrEqual(2);
    expect(lines).toEqual([`[ERROR] plugin/dnstap: No connection to dnstap endpoint: nobody has answered (127.0.0.1:${port})`]);
  });

  it('are not asked for as fast as they hang up', async (context) => {
    const path = scratch(context);
    const count = await startMute(context, { path }, (socket) => {
      socket.write(controlFrame('accept'));
      socket.once('data', () => socket.destroy());
    });
    const sink = createOutgoing(facilityOf(`dnstap ${path}`), () => undefined, LOOK_MS);
    await sleep(5 * LOOK_MS);
    await sink.close();
    expect(count.came).toBeLessThanOrEqual(6);
  });
});

describe('readers that come', { concurrent: true }, () => {
  it('are each told what comes while they are there', async (context) => {
    const path = scratch(context);
    const taps = createTaps((file) => readFileSync(file, 'utf8'), () => undefined);
    const facility = facilityOf(`dnstap listen ${path}`);
    taps.add([facility]);
    context.onTestFinished(() => taps.keep([]));
    const come = async (): Promise<TapReader> => {
      await until(() => existsSync(path));
      const reader = readTaps(connect({ path }));
      await until(() => reader.controls.includes(2));
      return reader;
    };
    const first = await come();
    taps.write(facility.sink, Buffer.from('one'));
    const second = await come();
    taps.write(facility.sink, Buffer.from('two'));
    await until(() => first.payloads.length === 2 && second.payloads.length === 1);
    expect([text(first.payloads), text(second.payloads)]).toEqual([['one', 'two'], ['two']]);
  });

  it.skipIf(!hasOpenssl)(`over TLS must show a certificate where that is asked${opensslNote}`, async (context) => {
    const authority = createAuthority();
    context.onTestFinished(() => authority.remove());
    const [server, client] = [authority.sign('server', 'DNS:localhost'), authority.sign('client', 'DNS:client')];
    const port = await freePort();
    const taps = createTaps((file) => readFileSync(file, 'utf8'), () => undefined);
    const facility = facilityOf(`dnstap listen tls://127.0.0.1:${port} {\n tls ${server.certificatePath} ${server.keyPath} ${authority.path}\n }`);
    taps.add([facility]);
    context.onTestFinished(() => taps.keep([]));
    const dial = (shown: object): TapReader => readTaps(connectTls({ host: '127.0.0.1', port, servername: 'localhost', ca: readFileSync(authority.path), ...shown }));
    let known = dial({ cert: client.certificate, key: client.key });
    await until(() => {
      if (known.controls.length === 0) known = dial({ cert: client.certificate, key: client.key });
      return known.controls.includes(2);
    });
    const unknown = dial({});
    taps.write(facility.sink, Buffer.from('one'));
    await until(() => known.payloads.length === 1);
    expect(unknown.controls).toEqual([]);
  });

  it('cannot come to a place that is taken, which is said', async (context) => {
    const path = scratch(context);
    const reader = await startReader(path);
    const lines: string[] = [];
    const taps = createTaps((file) => readFileSync(file, 'utf8'), (_level, line) => lines.push(line));
    taps.add([facilityOf(`dnstap listen ${path}`)]);
    await until(() => lines.length > 0);
    expect(lines[0]).toMatch(/^\[ERROR\] plugin\/dnstap: Failed to start dnstap listener: .*a running server has it/);
    await taps.keep([]);
    reader.stop();
  });

  it('come once the place is free', async (context) => {
    const path = scratch(context);
    const other = await startReader(path);
    const lines: string[] = [];
    const sink = createIncoming(facilityOf(`dnstap listen ${path}`), (file) => readFileSync(file, 'utf8'), (_level, line) => lines.push(line), 30);
    context.onTestFinished(() => sink.close());
    await until(() => lines.length > 0);
    await sleep(100);
    other.stop();
    let reader: TapReader | undefined;
    await until(() => {
      if (existsSync(path) && reader === undefined) reader = readTaps(connect({ path }));
      return reader?.controls.includes(2) === true;
    });
    expect(lines).toHaveLength(1);
  });

  it('are told once why they lose their connection', async (context) => {
    const path = scratch(context);
    const lines: string[] = [];
    const sink = createIncoming(facilityOf(`dnstap listen ${path}`), (file) => readFileSync(file, 'utf8'), (_level, line) => lines.push(line));
    context.onTestFinished(() => sink.close());
    await until(() => existsSync(path));
    const socket = connect({ path });
    const reader = readTaps(socket);
    await until(() => reader.controls.includes(2));
    socket.pause();
    for (let count = 0; count < 10; count += 1) sink.write(Buffer.alloc(1_000_000));
    expect(lines).toEqual([`[WARNING] plugin/dnstap: a reader has lost its connection to ${path}: it is too slow`]);
    socket.destroy();
  });
});
