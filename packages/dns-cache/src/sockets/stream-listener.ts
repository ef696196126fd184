import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createServer } from 'node:net';
import type { Endpoint } from '../address.ts';
import type { Link } from '../message/link.ts';
import { ANY_ADDRESS } from '../plugin/listen-address.ts';
import type { Timeouts } from '../plugin/timeouts.ts';
import type { Connection } from './connection.ts';
import { serveConnection } from './connection.ts';
import { TCP_CONNECTIONS_MAX, TCP_CONNECTIONS_PER_CLIENT_MAX } from './limits.ts';
import { ListenError } from './listen-error.ts';
import type { Listener, Received } from './udp-listener.ts';

/** What a listener over streams is about. */
export interface StreamOptions {
  readonly endpoint: Endpoint;
  readonly receive: (received: Received) => void;
  readonly timeouts: Timeouts;
}

/** The connections of a listener that carry queries. */
export interface Connections {
  serve(socket: Socket): void;
  /** Reads no more queries; each is closed when nothing is owed to it. */
  finish(): void;
  close(): void;
}

export const createConnections = ({ receive, timeouts }: StreamOptions): Connections => {
  const connections = new Map<Socket, Connection>();
  let finished = false;
  return {
    serve(socket) {
      const connection = serveConnection(socket, receive, timeouts);
      connections.set(socket, connection);
      socket.on('close', () => connections.delete(socket));
      // A handshake may outlast the listener.
      if (finished) connection.finish();
    },
    finish() {
      finished = true;
      for (const connection of connections.values()) connection.finish();
    },
    close() {
      for (const socket of connections.keys()) socket.destroySoon();
    },
  };
};

/** Counts connections by address, and closes those beyond the bound. */
const createDoorkeeper = (): ((socket: Socket) => boolean) => {
  const perClient = new Map<string, number>();
  return (socket) => {
    const from = socket.remoteAddress ?? '';
    const already = perClient.get(from) ?? 0;
    if (already >= TCP_CONNECTIONS_PER_CLIENT_MAX) {
      socket.destroy();
      return false;
    }
    perClient.set(from, already + 1);
    socket.on('close', () => {
      const left = (perClient.get(from) ?? 1) - 1;
      if (left > 0) perClient.set(from, left);
      else perClient.delete(from);
    });
    return true;
  };
};

/** Accepts connections within the limits that hold for all streams. @throws ListenError */
export const listenForStreams = async (
  endpoint: Endpoint,
  link: Link['kind'],
  accept: (socket: Socket) => void,
): Promise<Listener> => {
  const admits = createDoorkeeper();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    if (admits(socket)) accept(socket);
  });
  server.maxConnections = TCP_CONNECTIONS_MAX;
  const host = endpoint.address === ANY_ADDRESS ? {} : { host: endpoint.address, ipv6Only: true };
  server.listen({ port: endpoint.port, ...host });
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new ListenError(endpoint, link, cause);
  }
  // A connection that could not be accepted, for want of descriptors; the next one may be.
  server.on('error', () => undefined);
  const stop = (): void => {
    server.close();
  };
  return { pause: stop, close: stop };
};
