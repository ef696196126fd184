import type { Socket } from 'node:dgram';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Server } from 'node:net';
import { connect, createServer } from 'node:net';
import { pid, platform } from 'node:process';

/**
 * Below those that kernels draw for sockets that name none (Linux 32768, others 49152): there a free port may be taken by
 * anyone's upstream socket before it is used.
 */
const PORTS = { first: 10_240, count: 22_528 } as const;

/** Each process goes through them from a place of its own, so that they seldom ask for the same one. */
let turn = pid * 331;

/** Whether it comes to listen; it is closed again. */
export const canListen = async (server: Server | Socket): Promise<boolean> => {
  try {
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
};

/**
 * Whether no other process of these tests has the port, or looks at it: between looking and listening another one may have
 * looked as well. An abstract socket (unix(7)) is the claim; it ends with the process.
 */
const claim = async (port: number): Promise<boolean> => {
  if (platform !== 'linux') return true;
  const claims = createServer();
  try {
    await once(claims.listen(`\0nodelocal-test-port-${port}`), 'listening');
  } catch {
    return false;
  }
  claims.unref();
  return true;
};

/** A port that nobody listens on over TCP, on any address, nor on 127.0.0.1 over UDP, and that is this process's from now on. */
export const freePort = async (): Promise<number> => {
  for (;;) {
    turn += 1;
    const port = PORTS.first + (turn % PORTS.count);
    if (!(await claim(port))) continue;
    const overTcp = await canListen(createServer().listen(port));
    if (overTcp && (await canListen(createSocket('udp4').bind(port, '127.0.0.1')))) return port;
  }
};

/** Asks over UDP and waits for one answer. */
export const askUdp = async (port: number, message: Uint8Array, timeoutMs = 8000): Promise<Uint8Array> => {
  const socket = createSocket('udp4');
  try {
    socket.connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.send(message);
    const [answer] = (await once(socket, 'message', { signal: AbortSignal.timeout(timeoutMs) })) as [Uint8Array];
    return new Uint8Array(answer);
  } finally {
    socket.close();
  }
};

export const framed = (message: Uint8Array): Uint8Array =>
  Uint8Array.from([message.length >>> 8, message.length & 255, ...message]);

/** Writes segments one after another, then reads to the end of the stream; gives the messages of it. */
export const askTcp = async (
  port: number,
  segments: readonly Uint8Array[],
  expected: number,
): Promise<readonly Uint8Array[]> => {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  await once(socket, 'connect');
  let stream = Buffer.alloc(0);
  const messages: Uint8Array[] = [];
  const done = new Promise<void>((resolve, reject) => {
    socket.setTimeout(8000, () => reject(new Error('no answer over TCP')));
    socket.on('error', reject);
    socket.on('close', () => resolve());
    socket.on('data', (bytes) => {
      stream = Buffer.concat([stream, bytes]);
      while (stream.length >= 2 && stream.length >= 2 + stream.readUInt16BE(0)) {
        const end = 2 + stream.readUInt16BE(0);
        messages.push(new Uint8Array(stream.subarray(2, end)));
        stream = stream.subarray(end);
      }
      if (messages.length >= expected) resolve();
    });
  });
  for (const segment of segments) {
    socket.write(segment);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await done;
  socket.destroy();
  return messages;
};
