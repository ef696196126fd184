import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import type { TlsOptions } from 'node:tls';
import { createServer as createTlsServer } from 'node:tls';
import { framed, freePort } from '../../support/loopback.ts';
import { a, read, responseTo } from '../../support/world.ts';

/** A question that came to an upstream, and how to answer it. */
export interface Received {
  readonly name: string;
  readonly message: Uint8Array;
  readonly hasEdns: boolean;
  /** Counts from 1; 0 over UDP. */
  readonly connection: number;
  readonly send: (octets: Uint8Array) => unknown;
  /** Over TCP only. */
  readonly socket: Socket | undefined;
}

type Answer = (received: Received) => unknown;

export interface UpstreamOptions {
  /** 127.0.0.1 where it is missing. */
  readonly address?: string;
  readonly port?: number;
  readonly udp?: Answer;
  readonly tcp?: Answer;
  readonly tls?: Answer;
  readonly certificate?: TlsOptions;
}

/** A server that does what a test wants it to. */
export interface Upstream {
  readonly port: number;
  /** Names asked, without probes: `udp a.example.org.`. */
  readonly asked: readonly string[];
  /** The addresses that asked. */
  readonly clients: readonly string[];
  readonly probed: () => number;
  readonly connections: () => number;
  /** Connections open now. */
  readonly open: () => number;
  stop(): Promise<void>;
}

export const answerTo = (message: Uint8Array, ttlSeconds = 60): Uint8Array => {
  const name = read(message).question?.name ?? '.';
  return responseTo(message, { answers: name === '.' ? [] : [a(name, '192.0.2.1', ttlSeconds)] });
};

export const answers: Answer = ({ message, send }) => send(answerTo(message));
export const silence: Answer = () => undefined;

const receivedOf = (message: Uint8Array, connection: number, socket: Socket | undefined, send: Received['send']): Received => {
  const { question, edns } = read(message);
  return { name: question?.name ?? '', message, hasEdns: edns !== undefined, connection, socket, send };
};

const listenTcp = async (server: Server, port: number, address: string): Promise<void> => {
  server.listen(port, address);
  await once(server, 'listening');
};

/** Over UDP, TCP and TLS as far as there is an answer for them, all on one port. */
export const startUpstream = async (options: UpstreamOptions): Promise<Upstream> => {
  const port = options.port ?? (await freePort());
  const { address: host = '127.0.0.1' } = options;
  const asked: string[] = [];
  const clients: string[] = [];
  const sockets = new Set<Socket>();
  const closing: (() => void)[] = [];
  let probed = 0;
  let connections = 0;
  let stopped = false;

  const hear = (transport: string, received: Received, answer: Answer): void => {
    if (received.name === '.') probed += 1;
    else asked.push(`${transport} ${received.name}`);
    answer(received);
  };

  const serve = (transport: string, answer: Answer) => (socket: Socket) => {
    connections += 1;
    const connection = connections;
    let stream = Buffer.alloc(0);
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (bytes) => {
      stream = Buffer.concat([stream, bytes]);
      while (stream.length >= 2 && stream.length >= 2 + stream.readUInt16BE(0)) {
        const end = 2 + stream.readUInt16BE(0);
        const message = new Uint8Array(stream.subarray(2, end));
        stream = stream.subarray(end);
        const send = (octets: Uint8Array): unknown => socket.write(framed(octets));
        hear(transport, receivedOf(message, connection, socket, send), answer);
      }
    });
  };

  const stream =
    options.tls === undefined
      ? options.tcp && createServer({ noDelay: true }, serve('tcp', options.tcp))
      : createTlsServer({ ...options.certificate }, serve('tls', options.tls));
  if (stream !== undefined) {
    await listenTcp(stream, port, host);
    stream.on('tlsClientError', () => undefined);
    closing.push(() => stream.close());
  }
  const { udp } = options;
  if (udp !== undefined) {
    const socket = createSocket('udp4').bind(port, host);
    await once(socket, 'listening');
    socket.on('message', (bytes, { port: to, address }) => {
      const message = new Uint8Array(bytes);
      clients.push(address);
      hear('udp', receivedOf(message, 0, undefined, (octets) => !stopped && socket.send(octets, to, address)), udp);
    });
    closing.push(() => socket.close());
  }
  return {
    port,
    asked,
    clients,
    probed: () => probed,
    connections: () => connections,
    open: () => sockets.size,
    async stop() {
      if (stopped) return;
      stopped = true;
      for (const close of closing) close();
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
};
