import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createServer } from 'node:net';
import type { Endpoint } from '../address.ts';
import type { Link } from '../message/link.ts';
import { ANY_ADDRESS } from '../plugin/listen-address.ts';
import type { Timeouts } from '../plugin/timeouts.ts';
import type { Connection } from './connection.ts';
import { serveConnection } from './connection.ts';
import type { Admits } from './doorkeeper.ts';
import { ListenError } from './listen-error.ts';
import { peerOf } from './peer.ts';
import type { Listener, Received } from './listener.ts';

/** What a listener over streams is about. */
export interface StreamOptions {
  readonly endpoint: Endpoint;
  readonly receive: (received: Received) => void;
  /** How patient to be with a connection to this address of ours. */
  readonly timeoutsFor: (local: Endpoint) => Timeouts;
  readonly admits: Admits;
}

/** The connections of a listener that carry queries. */
export interface Connections {
  serve(socket: Socket): void;
  /** Reads no more queries; each is closed when nothing is owed to it. */
  finish(): void;
  close(): void;
}

export const createConnections = ({ receive, timeoutsFor }: Pick<StreamOptions, 'receive' | 'timeoutsFor'>): Connections => {
  const connections = new Map<Socket, Connection>();
  let finished = false;
  return {
    serve(socket) {
      const timeouts = timeoutsFor(peerOf(socket.localAddress, socket.localPort));
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

/** Accepts connections within the limits that hold for all streams. @throws ListenError */
export const listenForStreams = async (
  { endpoint, admits }: Pick<StreamOptions, 'endpoint' | 'admits'>,
  link: Link['kind'],
  accept: (socket: Socket) => void,
): Promise<Listener> => {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    if (admits(socket)) accept(socket);
  });
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
