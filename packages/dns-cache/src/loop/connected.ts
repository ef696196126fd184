import type { Endpoint } from '../address.ts';
import { DATAGRAM_OCTETS_MAX } from './arena.ts';
import { READABLE } from './epoll.ts';
import type { Loop } from './loop.ts';
import { openConnected } from './open.ts';
import { MSG_DONTWAIT } from './system-calls.ts';
import type { SystemCalls } from './system-calls.ts';

/** Datagrams that are taken before other sockets get a turn. */
const ROUNDS_MAX = 64;

export interface ConnectOptions {
  readonly calls: SystemCalls;
  readonly loop: Loop;
  readonly peer: Endpoint;
  /** Where it is missing, routing chooses. */
  readonly sourceAddress: string | undefined;
  /** @param message in memory of its own */
  readonly heard: (message: Uint8Array) => void;
  /** An ICMP error, as `ECONNREFUSED` and the like: it is about one of the datagrams that went out. */
  readonly failed: (code: string) => void;
}

/** What became of a datagram: nothing is known to be wrong, or it cannot be sent; and what was wrong with one before it. */
interface Sending {
  readonly earlier?: string;
  readonly own?: string;
}

/** A UDP socket for one peer. */
export interface Connected {
  send(message: Uint8Array): Sending;
  close(): void;
}

export type Connecting =
  | { readonly kind: 'connected'; readonly socket: Connected }
  | { readonly kind: 'failed'; readonly code: string }
  | { readonly kind: 'unsupported' };

const buffer = new Uint8Array(DATAGRAM_OCTETS_MAX);

export const connectDatagrams = ({ calls, loop, peer, sourceAddress, heard, failed }: ConnectOptions): Connecting => {
  const opened = openConnected(calls, 'dgram', peer, sourceAddress);
  if (opened.kind !== 'opened') return opened;
  const { fd } = opened;
  let isClosed = false;

  /** Gives false where there is nothing more. */
  const read = (): boolean => {
    if (isClosed) return false;
    const octets = calls.recv(fd, buffer, buffer.length, MSG_DONTWAIT);
    if (octets >= 0) {
      heard(buffer.slice(0, octets));
      return true;
    }
    const code = calls.lastError();
    if (code === 'EAGAIN') return false;
    failed(code);
    return true;
  };

  const watch = loop.watch(fd, READABLE, () => {
    for (let round = 0; round < ROUNDS_MAX && read(); round += 1);
  });

  /** Where the kernel has no room now it is lost, as on a network. */
  const send = (message: Uint8Array): string | undefined => {
    if (calls.send(fd, message, message.length, MSG_DONTWAIT) >= 0) return undefined;
    const code = calls.lastError();
    return code === 'EAGAIN' || code === 'ENOBUFS' ? undefined : code;
  };

  return {
    kind: 'connected',
    socket: {
      send(message) {
        const earlier = send(message);
        if (earlier === undefined) return {};
        // An ICMP error is told once, and nothing was sent: so that this one is tried again.
        const own = send(message);
        return own === undefined ? { earlier } : { earlier, own };
      },
      close() {
        if (isClosed) return;
        isClosed = true;
        watch.end();
        calls.close(fd);
      },
    },
  };
};
