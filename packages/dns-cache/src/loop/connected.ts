import type { Endpoint } from '../address.ts';
import { copyOctets, putOctets } from '../message/octets.ts';
import { DATAGRAM_OCTETS_MAX } from './arena.ts';
import { READABLE } from './epoll.ts';
import type { Loop } from './loop.ts';
import { openConnected } from './open.ts';
import { MSG_DONTWAIT } from './system-calls.ts';
import type { SystemCalls } from './system-calls.ts';

export interface ConnectOptions {
  readonly calls: SystemCalls;
  readonly loop: Loop;
  readonly peer: Endpoint;
  /** Where it is missing, routing chooses. */
  readonly sourceAddress: string | undefined;
  /** @param message in octets of its own */
  readonly heard: (message: Uint8Array) => void;
  /** An ICMP error, as `ECONNREFUSED` and the like: it is about one of the datagrams that went out. */
  readonly failed: (code: string) => void;
}

/** What became of a datagram: nothing is known to be wrong, or it cannot be sent; and what was wrong with one before it. */
interface Sending {
  readonly earlier?: string;
  readonly own?: string;
}

const SENT: Sending = {};

/** A UDP socket for one peer. */
export interface Connected {
  send(message: Uint8Array): Sending;
  close(): void;
}

export type Connecting =
  | { readonly kind: 'connected'; readonly socket: Connected }
  | { readonly kind: 'failed'; readonly code: string }
  | { readonly kind: 'unsupported' };

const incoming = new Uint8Array(DATAGRAM_OCTETS_MAX);

/** What is sent goes through here: V8 moves an array of its own heap, as small ones are, before the kernel may see it. */
const outgoing = new Uint8Array(DATAGRAM_OCTETS_MAX);

export const connectDatagrams = ({ calls, loop, peer, sourceAddress, heard, failed }: ConnectOptions): Connecting => {
  const opened = openConnected(calls, 'dgram', peer, sourceAddress);
  if (opened.kind !== 'opened') return opened;
  const { fd } = opened;
  let isClosed = false;

  /** One datagram: there is seldom another, and if so the loop finds it. */
  const watch = loop.watch(fd, READABLE, () => {
    const octets = calls.recv(fd, incoming, incoming.length, MSG_DONTWAIT);
    if (octets >= 0) {
      heard(copyOctets(incoming, 0, octets));
      return;
    }
    const code = calls.lastError();
    if (code !== 'EAGAIN') failed(code);
  });

  /** Where the kernel has no room now it is lost, as on a network. */
  const send = (message: Uint8Array): string | undefined => {
    putOctets(outgoing, 0, message);
    if (calls.send(fd, outgoing, message.length, MSG_DONTWAIT) >= 0) return undefined;
    const code = calls.lastError();
    return code === 'EAGAIN' || code === 'ENOBUFS' ? undefined : code;
  };

  return {
    kind: 'connected',
    socket: {
      send(message) {
        const earlier = send(message);
        if (earlier === undefined) return SENT;
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
