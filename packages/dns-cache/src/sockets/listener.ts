import type { Endpoint } from '../address.ts';

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

/** A socket for queries that is bound, and waits to be listened on. */
export interface BoundSocket {
  /** What it is bound to. */
  readonly address: string;
  listen(receive: (received: Received) => void): void;
  /** Takes no more queries; those that came can still be answered. */
  pause(): void;
  close(): void;
}
