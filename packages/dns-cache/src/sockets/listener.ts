import type { Endpoint } from '../address.ts';
import type { Datagram } from '../server/shortcut.ts';

/** A query as a socket got it, and how to answer. */
export interface Received {
  readonly client: Endpoint;
  readonly local: Endpoint;
  /** On the monotonic clock, in milliseconds. */
  readonly receivedAt: number;
  /** In octets of its own. */
  readonly message: Uint8Array;
  readonly answer: (message: Uint8Array) => void;
  /** There will be no answer. */
  readonly drop: () => void;
}

/** In the place of an answer's length: the client is to hear nothing. */
export const UNHEARD = -1;

/** Who takes what comes over UDP. */
export interface DatagramTaker {
  /** Writes an answer that is at hand, and gives its length or `UNHEARD`; 0 where it is not at hand: then the query is to be received. */
  readonly answerAtOnce: (datagram: Datagram) => number;
  readonly receive: (received: Received) => void;
}

export interface Listener {
  /** Takes no more queries; those that came can still be answered. */
  pause(): void;
  close(): void;
}

/** A socket for queries that is bound, and waits to be listened on. */
export interface BoundSocket {
  /** What it is bound to. */
  readonly address: string;
  listen(taker: DatagramTaker): void;
  /** Takes no more queries; those that came can still be answered. */
  pause(): void;
  close(): void;
}

/** @throws ListenError */
export type BindDatagrams = (endpoint: Endpoint) => Promise<BoundSocket>;
