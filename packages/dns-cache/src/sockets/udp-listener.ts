import type { Socket } from 'node:dgram';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { performance } from 'node:perf_hooks';
import type { Endpoint } from '../address.ts';
import { ANY_ADDRESS } from '../server/listeners.ts';
import { ListenError } from './listen-error.ts';
import { peerOf } from './peer.ts';

/** A query as a socket got it, and how to answer. */
export interface Received {
  readonly client: Endpoint;
  readonly local: Endpoint;
  /** On the monotonic clock, in milliseconds. */
  readonly receivedAt: number;
  readonly message: Uint8Array;
  readonly answer: (message: Uint8Array) => void;
  /** There will be no answer. */
  readonly drop: () => void;
}

export interface Listener {
  /** Takes no more queries; those that came can still be answered. */
  pause(): void;
  close(): void;
}

const bindSocket = async (endpoint: Endpoint, shared: boolean): Promise<Socket> => {
  const type = endpoint.address.includes(':') ? 'udp6' : 'udp4';
  const socket = createSocket({ type, reuseAddr: shared, ipv6Only: type === 'udp6' });
  socket.bind(endpoint.port, endpoint.address);
  try {
    await once(socket, 'listening');
  } catch (cause) {
    socket.close();
    throw new ListenError(endpoint, 'udp', cause);
  }
  return socket;
};

const listenOn = (socket: Socket, local: Endpoint, receive: (received: Received) => void): void => {
  socket.on('message', (bytes, peer) => {
    const receivedAt = performance.now();
    const answer = (message: Uint8Array): void =>
      // Nobody can be told that an answer did not go out; the client asks again.
      socket.send(message, peer.port, peer.address, () => undefined);
    const client = peerOf(peer.address, peer.port);
    receive({ client, local, receivedAt, message: new Uint8Array(bytes), answer, drop: () => undefined });
  });
  // An ICMP error about an earlier answer; the socket goes on.
  socket.on('error', () => undefined);
};

/** The machine's addresses; a link-local one is only an address together with its interface. */
const machineAddresses = (): ReadonlySet<string> =>
  new Set(
    Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
      (addresses ?? []).map(({ address }) => (address.startsWith('fe80:') ? `${address}%${name}` : address)),
    ),
  );

const IPV4_ANY = '0.0.0.0';
const IPV6_ANY = '::';

const anyOf = (address: string): string => (address.includes(':') ? IPV6_ANY : IPV4_ANY);

/** An address may go between being listed and being bound, or not be ready yet; the general socket serves it then. */
const bindIfThere = async (endpoint: Endpoint): Promise<readonly Socket[]> => {
  try {
    return [await bindSocket(endpoint, true)];
  } catch (error) {
    if (error instanceof ListenError && error.code === 'EADDRNOTAVAIL') return [];
    throw error;
  }
};

/**
 * For all addresses there is a socket for each that the machine has, so that an answer comes from the address that was
 * asked (RFC 2181 §4.1), and one for those that come later.
 */
const socketsFor = async (endpoint: Endpoint): Promise<readonly Socket[]> => {
  const { address, port } = endpoint;
  if (![ANY_ADDRESS, IPV4_ANY, IPV6_ANY].includes(address)) return [await bindSocket(endpoint, false)];
  const own = [...machineAddresses()].filter((one) => address === ANY_ADDRESS || anyOf(one) === address);
  const general = address === ANY_ADDRESS ? [...new Set([IPV4_ANY, ...own.map(anyOf)])] : [address];
  const opened: Socket[] = [];
  try {
    for (const one of general) opened.push(await bindSocket({ address: one, port }, true));
    for (const one of own) opened.push(...(await bindIfThere({ address: one, port })));
  } catch (error) {
    for (const socket of opened) socket.close();
    throw error;
  }
  return opened;
};

/** @throws ListenError */
export const listenUdp = async (endpoint: Endpoint, receive: (received: Received) => void): Promise<Listener> => {
  const sockets = await socketsFor(endpoint);
  for (const socket of sockets) listenOn(socket, peerOf(socket.address().address, endpoint.port), receive);
  return {
    pause() {
      for (const socket of sockets) socket.removeAllListeners('message');
    },
    close() {
      for (const socket of sockets) socket.close();
    },
  };
};
