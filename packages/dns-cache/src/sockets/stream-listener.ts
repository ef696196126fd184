import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createServer } from 'node:net';
import type { Endpoint } from '../address.ts';
import type { Link } from '../message/link.ts';
import { ANY_ADDRESS } from '../plugin/listen-address.ts';
import type { Timeouts } from '../plugin/timeouts.ts';
import type { ClientEvents, ClientStream } from './client-stream.ts';
import type { Connection } from './connection.ts';
import { serveConnection } from './connection.ts';
import type { Admits } from './doorkeeper.ts';
import { ListenError } from './listen-error.ts';
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
  /** Gives what is to be told of it. */
  serve(stream: ClientStream): ClientEvents;
  /** Reads no more queries; each is closed when nothing is owed to it. */
  finish(): void;
  close(): void;
}

export const createConnections = ({ receive, timeoutsFor }: Pick<StreamOptions, 'receive' | 'timeoutsFor'>): Connections => {
  const connections = new Map<ClientStream, Connection>();
  let finished = false;
  return {
    serve(stream) {
      const connection = serveConnection(stream, receive, timeoutsFor(stream.local));
      connections.set(stream, connection);
      // A handshake may outlast the listener.
      if (finished) connection.finish();
      return {
        ...connection,
        closed() {
          connection.closed();
          connections.delete(stream);
        },
      };
    },
    finish() {
      finished = true;
      for (const connection of connections.values()) connection.finish();
    },
    close() {
      for (const stream of connections.keys()) stream.destroySoon();
    },
  };
};

/** Has Node.js accept connections, within the limits that hold for all streams. @throws ListenError */
export const listenForStreams = async (
  { endpoint, admits }: Pick<StreamOptions, 'endpoint' | 'admits'>,
  link: Link['kind'],
  accept: (socket: Socket) => void,
): Promise<Listener> => {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    const release = admits(socket.remoteAddress ?? '');
    if (release === undefined) {
      socket.destroy();
      return;
    }
    socket.on('close', release);
    accept(socket);
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
