import type { Socket } from 'node:net';
import type { Failure } from './failure.ts';
import { yieldToNode } from './node-turn.ts';

/** What happens to a stream to an upstream; nothing after `closed`. */
export interface UpstreamEvents {
  /** It carries messages. */
  readonly ready: () => void;
  readonly heard: (octets: Uint8Array) => void;
  readonly failed: (failure: Failure) => void;
  readonly closed: () => void;
}

/** A stream to an upstream, whoever carries it. */
export interface UpstreamStream {
  write(octets: Uint8Array): void;
  /** The peer may be waiting to hear that what it sent is here, before it sends more. */
  acknowledge(): void;
  destroy(): void;
  readonly isDestroyed: boolean;
}

/** Opens a stream to one upstream. */
export type Dial = (events: UpstreamEvents) => UpstreamStream;

/** One that Node.js carries; it is ready when it says so. */
export const carriedByNode = (
  socket: Socket,
  ready: 'connect' | 'secureConnect',
  failureOf: (error: NodeJS.ErrnoException, isReady: boolean) => Failure,
  events: UpstreamEvents,
): UpstreamStream => {
  let isReady = false;
  yieldToNode();
  socket.once(ready, () => {
    isReady = true;
    events.ready();
  });
  socket.on('data', events.heard);
  socket.on('error', (error) => events.failed(failureOf(error, isReady)));
  socket.on('end', () => socket.destroy());
  socket.on('close', events.closed);
  return {
    write(octets) {
      socket.write(octets);
      yieldToNode();
    },
    // Node.js cannot; the kernel does it within 40 ms.
    acknowledge: () => undefined,
    destroy() {
      socket.destroy();
      yieldToNode();
    },
    get isDestroyed() {
      return socket.destroyed;
    },
  };
};
