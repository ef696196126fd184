import type { Socket } from 'node:net';
import type { ListenerTls } from '../server/listener-tls.ts';
import type { StreamOptions } from './stream-listener.ts';
import { createConnections, listenForStreams } from './stream-listener.ts';
import { clientOnNode } from './client-stream.ts';
import { createTlsFront } from './tls-front.ts';
import type { Listener } from './listener.ts';

/** A listener over TLS, which may become known by another certificate while it goes on. */
export interface TlsListener extends Listener {
  /**
   * Gives what puts this to work for the connections to come. Nothing happens where it is what there is.
   * @throws CorefileError where it cannot be used
   */
  prepare(tls: ListenerTls): () => void;
}

const saysTheSame = (one: ListenerTls, other: ListenerTls): boolean =>
  one.identity.certificate === other.identity.certificate &&
  one.identity.key === other.identity.key &&
  one.authorities === other.authorities &&
  one.clientAuth === other.clientAuth;

/** Tells the connections of a listener apart, whichever of its two sockets one has at hand. */
const nameOf = ({ remoteAddress, remotePort, localAddress }: Socket): string =>
  `${remoteAddress} ${remotePort} ${localAddress}`;

/** @throws ListenError, CorefileError where the certificate cannot be used */
export const listenTls = async (options: StreamOptions, initial: ListenerTls): Promise<TlsListener> => {
  const connections = createConnections(options);
  const handshakes = new Map<string, Socket>();

  const frontOf = (tls: ListenerTls) =>
    createTlsFront(tls, options.timeoutsFor(options.endpoint).readMs, (socket) => {
      handshakes.delete(nameOf(socket));
      socket.setNoDelay(true);
      clientOnNode(socket, (stream) => connections.serve(stream));
    });

  let current = initial;
  let front = frontOf(initial);
  const listener = await listenForStreams(options, 'tls', (socket) => {
    const name = nameOf(socket);
    handshakes.set(name, socket);
    socket.on('close', () => handshakes.delete(name));
    // Whatever it is, the handshake fails of it, and the client sees that.
    socket.on('error', () => undefined);
    front.emit('connection', socket);
  });

  const dropHandshakes = (): void => {
    for (const socket of handshakes.values()) socket.destroy();
  };
  return {
    prepare(tls) {
      if (saysTheSame(tls, current)) return () => undefined;
      const next = frontOf(tls);
      return () => {
        current = tls;
        front = next;
      };
    },
    pause() {
      listener.pause();
      dropHandshakes();
      connections.finish();
    },
    close() {
      listener.close();
      dropHandshakes();
      connections.close();
    },
  };
};
