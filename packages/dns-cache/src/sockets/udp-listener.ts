import type { Socket } from 'node:dgram';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { performance } from 'node:perf_hooks';
import type { Endpoint } from '../address.ts';
import { ANY_ADDRESS, covers, familyOf, IPV4_ANY, isGeneral } from '../plugin/listen-address.ts';
import { createBatch } from './batch/batch.ts';
import { openBound } from './batch/open.ts';
import { systemCalls } from './batch/system-calls.ts';
import { interfaceName } from './interfaces.ts';
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

export interface UdpListener extends Listener {
  /** What its sockets are bound to, each. */
  readonly addresses: ReadonlySet<string>;
}

/** A bound socket, and its descriptor where we may read and write it ourselves. */
interface Bound {
  readonly socket: Socket;
  readonly fd: number | undefined;
}

/** Opened by ourselves where that is possible: then many datagrams can be taken and answered at once. */
const descriptorOf = (endpoint: Endpoint): number | undefined => {
  const calls = systemCalls();
  const opened = calls === undefined ? ({ kind: 'unsupported' } as const) : openBound(calls, endpoint);
  switch (opened.kind) {
    case 'opened':
      return opened.fd;
    case 'unsupported':
      return undefined;
    case 'failed':
      throw new ListenError(endpoint, 'udp', Object.assign(new Error(opened.code), { code: opened.code }));
  }
};

/** Another one of ours may be bound to more of the port, or to less; TCP keeps others from it. */
const bindSocket = async (endpoint: Endpoint): Promise<Bound> => {
  const type = endpoint.address.includes(':') ? 'udp6' : 'udp4';
  const fd = descriptorOf(endpoint);
  const socket = createSocket({ type, reuseAddr: true, ipv6Only: type === 'udp6' });
  // A descriptor is bound already, and the socket says so at once.
  const listening = once(socket, 'listening');
  if (fd === undefined) socket.bind(endpoint.port, endpoint.address);
  else socket.bind({ fd });
  try {
    await listening;
  } catch (cause) {
    socket.close();
    throw new ListenError(endpoint, 'udp', cause);
  }
  return { socket, fd };
};

const drop = (): void => undefined;

const listenOn = ({ socket, fd }: Bound, local: Endpoint, receive: (received: Received) => void): (() => void) => {
  let closed = false;
  // A socket that is to take no more is not read either.
  const isClosed = (): boolean => closed || socket.listenerCount('message') === 0;
  // Nobody can be told that an answer did not go out; the client asks again.
  const send = (client: Endpoint, message: Uint8Array): void =>
    socket.send(message, client.port, client.address, () => undefined);
  const calls = systemCalls();
  const batch =
    calls === undefined || fd === undefined
      ? undefined
      : createBatch({ calls, fd, isClosed, interfaceName, sendLater: send });

  socket.on('message', (first, peer) => {
    const receivedAt = performance.now();
    const from = peerOf(peer.address, peer.port);
    if (batch === undefined) {
      receive({ client: from, local, receivedAt, message: first, answer: (bytes) => send(from, bytes), drop });
      return;
    }
    // Node.js has read the first datagram of a burst; the rest is taken with it.
    batch.takeAll(from, first, (datagram) => {
      const { client, message } = datagram;
      const answer = (bytes: Uint8Array): void => {
        if (!batch.answer(datagram, bytes)) send(client, bytes);
      };
      receive({ client, local, receivedAt, message, answer, drop });
    });
  });
  // An ICMP error about an earlier answer; the socket goes on.
  socket.on('error', () => undefined);
  return () => {
    closed = true;
    socket.close();
  };
};

/** The machine's addresses; a link-local one is only an address together with its interface. */
const machineAddresses = (): ReadonlySet<string> =>
  new Set(
    Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
      (addresses ?? []).map(({ address }) => (address.startsWith('fe80:') ? `${address}%${name}` : address)),
    ),
  );

/** An address may go between being listed and being bound, or not be ready yet; the general socket serves it then. */
const bindIfThere = async (endpoint: Endpoint): Promise<readonly Bound[]> => {
  try {
    return [await bindSocket(endpoint)];
  } catch (error) {
    if (error instanceof ListenError && error.code === 'EADDRNOTAVAIL') return [];
    throw error;
  }
};

/**
 * For all addresses there is a socket for each that the machine has, so that an answer comes from the address that was
 * asked (RFC 2181 §4.1), and one for those that come later.
 */
const socketsFor = async (endpoint: Endpoint): Promise<readonly Bound[]> => {
  const { address, port } = endpoint;
  if (!isGeneral(address)) return [await bindSocket(endpoint)];
  const own = [...machineAddresses()].filter((one) => covers(address, one));
  const general = address === ANY_ADDRESS ? [...new Set([IPV4_ANY, ...own.map(familyOf)])] : [address];
  const opened: Bound[] = [];
  try {
    for (const one of general) opened.push(await bindSocket({ address: one, port }));
    for (const one of own) opened.push(...(await bindIfThere({ address: one, port })));
  } catch (error) {
    for (const { socket } of opened) socket.close();
    throw error;
  }
  return opened;
};

/** @throws ListenError */
export const listenUdp = async (endpoint: Endpoint, receive: (received: Received) => void): Promise<UdpListener> => {
  const sockets = await socketsFor(endpoint);
  const addresses = sockets.map(({ socket }) => peerOf(socket.address().address, endpoint.port));
  const closers = sockets.map((bound, at) => listenOn(bound, addresses[at] ?? endpoint, receive));
  return {
    addresses: new Set(addresses.map(({ address }) => address)),
    pause() {
      for (const { socket } of sockets) socket.removeAllListeners('message');
    },
    close() {
      for (const close of closers) close();
    },
  };
};
