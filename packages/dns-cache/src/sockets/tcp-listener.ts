import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createServer } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { Endpoint } from '../address.ts';
import { ANY_ADDRESS } from '../server/listeners.ts';
import { createDeframer, frame } from './framing.ts';
import {
  TCP_CONNECTIONS_MAX,
  TCP_CONNECTIONS_PER_CLIENT_MAX,
  TCP_IDLE_MS,
  TCP_PENDING_MAX,
  TCP_READ_MS,
  TCP_UNREAD_OCTETS_MAX,
  TCP_WRITE_MS,
} from './limits.ts';
import { ListenError } from './listen-error.ts';
import { peerOf } from './peer.ts';
import type { Listener, Received } from './udp-listener.ts';

const HEADER_OCTETS = 12;

/** How patient to be with a connection. */
export interface TcpTimeouts {
  /** For the first query, and for a message that has begun. */
  readonly readMs: number;
  /** For a client that does not read its answers. */
  readonly writeMs: number;
  /** Between queries. */
  readonly idleMs: number;
  /** How many queries one connection may carry; `undefined` is any number. */
  readonly queriesMax: number | undefined;
}

const DEFAULT_TIMEOUTS: TcpTimeouts = {
  readMs: TCP_READ_MS,
  writeMs: TCP_WRITE_MS,
  idleMs: TCP_IDLE_MS,
  queriesMax: undefined,
};

/** What a stopping server tells a connection: read no more, close when nothing is owed. */
interface Connection {
  finish(): void;
}

const serveConnection = (
  socket: Socket,
  receive: (received: Received) => void,
  { readMs, writeMs, idleMs, queriesMax = Number.POSITIVE_INFINITY }: TcpTimeouts,
): Connection => {
  const client = peerOf(socket.remoteAddress, socket.remotePort);
  const local = peerOf(socket.localAddress, socket.localPort);
  const deframer = createDeframer();
  let pending = 0;
  let taken = 0;
  let finished = false;
  let deadline: NodeJS.Timeout | undefined;

  const expectWithin = (ms: number): void => {
    clearTimeout(deadline);
    deadline = setTimeout(() => socket.destroy(), ms);
  };
  const settle = (): void => {
    if (finished && pending === 0) socket.end();
    else if (pending < TCP_PENDING_MAX) socket.resume();
  };
  const drop = (): void => {
    pending -= 1;
    settle();
  };
  const answer = (message: Uint8Array): void => {
    pending -= 1;
    if (socket.destroyed) return;
    const flushed = socket.write(frame(message));
    if (socket.writableLength > TCP_UNREAD_OCTETS_MAX) socket.destroy();
    if (!flushed) expectDrained();
    settle();
  };
  let unread: NodeJS.Timeout | undefined;
  const expectDrained = (): void => {
    unread ??= setTimeout(() => socket.destroy(), writeMs);
  };
  socket.on('drain', () => {
    clearTimeout(unread);
    unread = undefined;
  });
  const finish = (): void => {
    finished = true;
    expectWithin(idleMs);
    settle();
  };

  expectWithin(readMs);
  socket.on('data', (bytes) => {
    if (finished) return;
    const receivedAt = performance.now();
    const wasPartial = deframer.partial;
    const messages = deframer.push(bytes);
    for (const message of messages) {
      // Not even a header: whoever sends this does not speak DNS, and there is no ID to answer to.
      if (message.length < HEADER_OCTETS) {
        socket.destroy();
        return;
      }
      pending += 1;
      taken += 1;
      receive({ client, local, receivedAt, message, answer, drop });
    }
    if (taken >= queriesMax) {
      finish();
      return;
    }
    if (pending >= TCP_PENDING_MAX) socket.pause();
    // Octets that trickle in do not move the deadline of the message they belong to.
    if (messages.length > 0 || !wasPartial) expectWithin(deframer.partial ? readMs : idleMs);
  });
  // The client has asked its last question; it still reads answers (RFC 7766 §6.2.4).
  socket.on('end', finish);
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    clearTimeout(deadline);
    clearTimeout(unread);
  });
  return { finish };
};

/** @throws ListenError */
export const listenTcp = async (
  endpoint: Endpoint,
  receive: (received: Received) => void,
  timeouts: TcpTimeouts = DEFAULT_TIMEOUTS,
): Promise<Listener> => {
  const connections = new Map<Socket, Connection>();
  const perClient = new Map<string, number>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    const from = socket.remoteAddress ?? '';
    const already = perClient.get(from) ?? 0;
    if (already >= TCP_CONNECTIONS_PER_CLIENT_MAX) {
      socket.destroy();
      return;
    }
    perClient.set(from, already + 1);
    connections.set(socket, serveConnection(socket, receive, timeouts));
    socket.on('close', () => {
      connections.delete(socket);
      const left = (perClient.get(from) ?? 1) - 1;
      if (left > 0) perClient.set(from, left);
      else perClient.delete(from);
    });
  });
  server.maxConnections = TCP_CONNECTIONS_MAX;
  const host = endpoint.address === ANY_ADDRESS ? {} : { host: endpoint.address, ipv6Only: true };
  server.listen({ port: endpoint.port, ...host });
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new ListenError(endpoint, 'tcp', cause);
  }
  // A connection that could not be accepted, for want of descriptors; the next one may be.
  server.on('error', () => undefined);
  return {
    pause() {
      server.close();
      for (const connection of connections.values()) connection.finish();
    },
    close() {
      server.close();
      for (const socket of connections.keys()) socket.destroySoon();
    },
  };
};
