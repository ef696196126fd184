import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { encodeQuery, parseCorefile } from '@nodelocal/dns-cache';
import { ListenError } from '@nodelocal/dns-cache/server';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { askTcp, askUdp, framed, freePort } from '../support/loopback.ts';
import { a, read, responseTo } from '../support/world.ts';
import { startService, THREADS } from '../support/serve.ts';

/** An upstream over TCP that a test scripts: what it does with each message of each connection. */
const startUpstream = async (
  handle: (socket: Socket, message: Uint8Array, connection: number) => void,
): Promise<{ readonly port: number; readonly connections: () => number }> => {
  let connections = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    connections += 1;
    const connection = connections;
    sockets.add(socket);
    let stream = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      stream = Buffer.concat([stream, bytes]);
      while (stream.length >= 2 && stream.length >= 2 + stream.readUInt16BE(0)) {
        const end = 2 + stream.readUInt16BE(0);
        handle(socket, new Uint8Array(stream.subarray(2, end)), connection);
        stream = stream.subarray(end);
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, connections: () => connections };
};

const answerTo = (message: Uint8Array): Uint8Array => {
  const name = read(message).question?.name ?? '.';
  return responseTo(message, { answers: [a(name, '192.0.2.1', 60)] });
};

const serve = async (
  upstreamPort: number,
  options = 'force_tcp',
): Promise<{ readonly port: number; readonly stop: () => Promise<void>; readonly lines: readonly string[] }> => {
  const port = await freePort();
  const lines: string[] = [];
  const service = await startService({
    corefile: parseCorefile(
      `. {\n bind 127.0.0.1\n errors\n forward . 127.0.0.1:${upstreamPort} {\n ${options}\n }\n}`,
      { file: 'Corefile' },
    ),
    port,
    readFile: () => '',
    log: (_level, line) => lines.push(line),
  });
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopped ??= service.stop());
  onTestFinished(stop);
  return { port, stop, lines };
};

const query = (id: number, name = `n${id}.example.org`): Uint8Array => encodeQuery({ id, name, type: 'A' });

describe('clients over TCP', () => {
  it('may send many questions in one segment', async () => {
    const upstream = await startUpstream((socket, message) => socket.write(framed(answerTo(message))));
    const { port } = await serve(upstream.port);
    const segment = Uint8Array.from(Array.from({ length: 10 }, (_, id) => [...framed(query(id))]).flat());
    const answers = await askTcp(port, [segment], 10);
    expect(answers.map((answer) => read(answer).id).toSorted((x, y) => x - y)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('may send one octet in each segment', async () => {
    const upstream = await startUpstream((socket, message) => socket.write(framed(answerTo(message))));
    const { port } = await serve(upstream.port);
    const octets = Array.from(framed(query(7)), (octet) => Uint8Array.of(octet));
    const [answer = new Uint8Array()] = await askTcp(port, octets, 1);
    expect(read(answer).id).toBe(7);
  });

  it('get a fast answer before a slow one that was asked first', async () => {
    const upstream = await startUpstream((socket, message) => {
      const slow = read(message).question?.name.startsWith('slow') ?? false;
      setTimeout(() => socket.write(framed(answerTo(message))), slow ? 300 : 0);
    });
    const { port } = await serve(upstream.port);
    const answers = await askTcp(port, [framed(query(1, 'slow.example.org')), framed(query(2, 'fast.example.org'))], 2);
    expect(answers.map((answer) => read(answer).id)).toEqual([2, 1]);
  });

  it('that have closed their half still get what they asked for', async () => {
    const upstream = await startUpstream((socket, message) =>
      setTimeout(() => socket.write(framed(answerTo(message))), 100),
    );
    const { port } = await serve(upstream.port);
    const socket = connect({ host: '127.0.0.1', port });
    socket.end(framed(query(3)));
    const chunks: Buffer[] = [];
    socket.on('data', (bytes) => chunks.push(bytes));
    await once(socket, 'close');
    expect(read(new Uint8Array(Buffer.concat(chunks).subarray(2))).id).toBe(3);
  });

  it.each([
    ['a length of 0', Uint8Array.of(0, 0)],
    ['less than a header', Uint8Array.of(0, 3, 1, 2, 3)],
  ])('that send %s are cut off', async (_what, bytes) => {
    const upstream = await startUpstream(() => undefined);
    const { port } = await serve(upstream.port);
    expect(await askTcp(port, [bytes], 1)).toEqual([]);
  });

  it('that begin a message and fall silent are cut off after 3 s', async () => {
    const upstream = await startUpstream(() => undefined);
    const { port } = await serve(upstream.port);
    const before = performance.now();
    expect(await askTcp(port, [Uint8Array.of(0xff, 0xff, 1, 2)], 1)).toEqual([]);
    // Not before their time; a busy machine may be late.
    expect(performance.now() - before).toBeGreaterThan(2500);
  });
});

describe('connections to an upstream', () => {
  it('are kept and shared, replies told apart by their IDs in any order', async () => {
    const waiting: (() => void)[] = [];
    const upstream = await startUpstream((socket, message) => {
      waiting.push(() => socket.write(framed(answerTo(message))));
      // Answered in the opposite order, once all are there.
      if (waiting.length === 20) for (const answer of waiting.splice(0).toReversed()) answer();
    });
    const { port } = await serve(upstream.port);
    const answers = await Promise.all(Array.from({ length: 20 }, (_, id) => askUdp(port, query(id))));
    expect(answers.map((answer) => read(answer).answers[0]?.name)).toEqual(
      answers.map((_, id) => `n${id}.example.org.`),
    );
    // One for each thread, and another where the machine stood still so long that one looked half open.
    expect(upstream.connections()).toBeLessThanOrEqual(THREADS + 1);
  });

  it('that the upstream closes after an answer cost no error', async () => {
    const upstream = await startUpstream((socket, message) => {
      socket.write(framed(answerTo(message)));
      // Closed a moment later: the next question meets a connection that is gone, or about to be.
      setTimeout(() => socket.destroy(), 30);
    });
    const { port, lines } = await serve(upstream.port);
    for (let id = 0; id < 12; id += 1) {
      expect(read(await askUdp(port, query(id))).rcode).toBe('NOERROR');
      await new Promise((resolve) => setTimeout(resolve, 10 + 4 * id));
    }
    expect(lines).toEqual([]);
  });

  it('that are reset while a question is in flight on a kept connection are opened anew', async () => {
    const upstream = await startUpstream((socket, message, connection) => {
      if (connection === 1 && read(message).question?.name === 'n2.example.org.') socket.resetAndDestroy();
      else socket.write(framed(answerTo(message)));
    });
    const { port } = await serve(upstream.port);
    expect(read(await askUdp(port, query(1))).rcode).toBe('NOERROR');
    expect(read(await askUdp(port, query(2))).rcode).toBe('NOERROR');
    // Another where the machine stood still, and one looked dead.
    expect([2, 3]).toContain(upstream.connections());
  });

  it('that fall silent are not asked again: the next attempt has its own', async () => {
    const upstream = await startUpstream((socket, message, connection) => {
      if (connection > 1) socket.write(framed(answerTo(message)));
    });
    const { port } = await serve(upstream.port);
    expect(read(await askUdp(port, query(1))).rcode).toBe('NOERROR');
    // Another where the machine stood still, and one looked dead.
    expect([2, 3]).toContain(upstream.connections());
  });

  it.each(['force_tcp', 'prefer_udp'])('that are refused end in SERVFAIL, and no attempt waits (%s)', async (option) => {
    const { port, lines } = await serve(await freePort(), option);
    expect(read(await askUdp(port, query(1))).rcode).toBe('SERVFAIL');
    await vi.waitFor(() => expect(lines).not.toEqual([]));
    expect(lines).toEqual([
      expect.stringMatching(/^\[ERROR\] plugin\/errors: 2 n1\.example\.org\. A: .*: connection refused$/),
    ]);
  });
});

describe('the service', () => {
  it('answers what it owes when it is stopped, and takes nothing more', async () => {
    const upstream = await startUpstream((socket, message) =>
      setTimeout(() => socket.write(framed(answerTo(message))), 900),
    );
    const { port, stop } = await serve(upstream.port);
    const [udp, tcp] = [askUdp(port, query(1)), askTcp(port, [framed(query(2))], 1)];
    await new Promise((resolve) => setTimeout(resolve, 400));
    const stopping = stop();
    await expect(askUdp(port, query(3), 200)).rejects.toThrow(/abort/i);
    expect(read(await udp).rcode).toBe('NOERROR');
    expect((await tcp).map((answer) => read(answer).rcode)).toEqual(['NOERROR']);
    await stopping;
    await expect(askTcp(port, [framed(query(4))], 1)).rejects.toThrow(/ECONNREFUSED/);
  });

  it.each(['udp', 'tcp'] as const)('says which port is taken (%s)', async (transport) => {
    const port = await freePort();
    if (transport === 'udp') {
      const socket = createSocket('udp4').bind(port, '127.0.0.1');
      await once(socket, 'listening');
      onTestFinished(() => {
        socket.close();
      });
    } else {
      const server = createServer().listen(port, '127.0.0.1');
      await once(server, 'listening');
      onTestFinished(() => {
        server.close();
      });
    }
    const corefile = parseCorefile('. {\n bind 127.0.0.1\n forward . 192.0.2.1\n}', { file: 'Corefile' });
    const starting = startService({ corefile, port, readFile: () => '', log: () => undefined });
    await expect(starting).rejects.toThrow(ListenError);
    await expect(starting).rejects.toThrow(
      `cannot listen on 127.0.0.1:${port} over ${transport.toUpperCase()}: address already in use`,
    );
  });

  it('bound to all addresses answers from the one that was asked', async () => {
    const upstream = await startUpstream((socket, message) => socket.write(framed(answerTo(message))));
    const port = await freePort();
    const service = await startService({
      corefile: parseCorefile(`. {\n forward . 127.0.0.1:${upstream.port} {\n force_tcp\n }\n}`, { file: 'Corefile' }),
      port,
      readFile: () => '',
      log: () => undefined,
    });
    onTestFinished(() => service.stop());
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    onTestFinished(() => {
      socket.close();
    });
    await once(socket, 'listening');
    // Asked at another of this machine's addresses, a socket of all addresses would answer from 127.0.0.1.
    const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
    const other = own.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1';
    socket.send(query(9), port, other);
    const [answer, from] = (await once(socket, 'message')) as [Buffer, { address: string }];
    expect([read(new Uint8Array(answer)).id, from.address]).toEqual([9, other]);
  });
});
