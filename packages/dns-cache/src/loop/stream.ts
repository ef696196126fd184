import type { Endpoint } from '../address.ts';
import { putOctets } from '../message/octets.ts';
import { READABLE, WRITABLE } from './epoll.ts';
import type { Loop, Watch } from './loop.ts';
import { connectError, openConnected } from './open.ts';
import { MSG_DONTWAIT } from './system-calls.ts';
import type { SystemCalls } from './system-calls.ts';

const MSG_NOSIGNAL = 0x4000;
const READ_OCTETS = 65_536;
const WRITE_OCTETS = 65_536;

/** Reads before other sockets get a turn. */
const ROUNDS_MAX = 16;

/** What happens to a stream, in this order; nothing after `closed`, and nothing before the call that opens it is over. */
interface StreamEvents {
  /** It is connected. */
  readonly ready: () => void;
  /** @param octets in memory of their own */
  readonly heard: (octets: Uint8Array) => void;
  /** `ECONNRESET` and the like. */
  readonly failed: (code: string) => void;
  /** Once, however it came. */
  readonly closed: () => void;
}

/** A connection over TCP. */
export interface Stream {
  /** Kept until it is connected and the peer takes it. */
  write(octets: Uint8Array): void;
  /** Lets go of it at once. */
  destroy(): void;
  readonly isDestroyed: boolean;
}

export interface StreamOptions {
  readonly calls: SystemCalls;
  readonly loop: Loop;
  readonly peer: Endpoint;
  /** Where it is missing, routing chooses. */
  readonly sourceAddress: string | undefined;
  readonly events: StreamEvents;
}

const incoming = new Uint8Array(READ_OCTETS);

/** What is sent goes through here: V8 moves an array of its own heap, as small ones are, before the kernel may see it. */
const outgoing = new Uint8Array(WRITE_OCTETS);

/** As much of the parts as fits goes there; gives how much. */
const gather = (parts: readonly Uint8Array[]): number => {
  let length = 0;
  for (const part of parts) {
    const end = Math.min(part.length, outgoing.length - length);
    putOctets(outgoing, length, part, 0, end);
    length += end;
    if (end < part.length) break;
  }
  return length;
};

/** The parts without so many of the first octets. */
const without = (parts: readonly Uint8Array[], octets: number): Uint8Array[] => {
  let left = octets;
  const whole = parts.findIndex((part) => {
    if (part.length > left) return true;
    left -= part.length;
    return false;
  });
  if (whole < 0) return [];
  const rest = parts.slice(whole);
  rest[0] = (rest[0] ?? outgoing).subarray(left);
  return rest;
};

/** `undefined` where the address is beyond our own loop. */
export const connectStream = ({ calls, loop, peer, sourceAddress, events }: StreamOptions): Stream | undefined => {
  const opened = openConnected(calls, 'stream', peer, sourceAddress);
  if (opened.kind === 'unsupported') return undefined;
  const fd = opened.kind === 'opened' ? opened.fd : -1;
  let state: 'connecting' | 'open' | 'destroyed' = 'connecting';
  /** What is to be written, behind what waits for the peer to take it. */
  let unsent: Uint8Array[] = [];
  let isFlushing = false;
  let isBlocked = false;
  let watch: Watch | undefined;

  const destroy = (): void => {
    if (state === 'destroyed') return;
    state = 'destroyed';
    unsent = [];
    watch?.end();
    if (fd >= 0) calls.close(fd);
    // Whoever destroys it is not called back before that is over.
    loop.beforeWait(events.closed);
  };

  const fail = (code: string): void => {
    events.failed(code);
    destroy();
  };

  /** Everything that was written since the loop waited goes out by one call. */
  const flush = (): void => {
    isFlushing = false;
    if (state !== 'open' || unsent.length === 0) return;
    let isFull = false;
    while (unsent.length > 0 && !isFull) {
      const octets = gather(unsent);
      const sent = calls.send(fd, outgoing, octets, MSG_DONTWAIT | MSG_NOSIGNAL);
      if (sent < 0) {
        const code = calls.lastError();
        if (code !== 'EAGAIN') {
          fail(code);
          return;
        }
      }
      unsent = without(unsent, Math.max(0, sent));
      isFull = sent < octets;
    }
    if (isBlocked === isFull) return;
    isBlocked = isFull;
    watch?.change(isBlocked ? READABLE | WRITABLE : READABLE);
  };

  /** Gives false where there is nothing more for now. */
  const read = (): boolean => {
    if (state !== 'open') return false;
    const octets = calls.recv(fd, incoming, incoming.length, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (octets > 0) {
      events.heard(incoming.slice(0, octets));
      return octets === incoming.length;
    }
    if (octets === 0) {
      destroy();
      return false;
    }
    const code = calls.lastError();
    if (code !== 'EAGAIN') fail(code);
    return false;
  };

  const connected = (): void => {
    const code = connectError(calls, fd);
    if (code !== undefined) {
      fail(code);
      return;
    }
    state = 'open';
    watch?.change(READABLE);
    events.ready();
    flush();
  };

  if (opened.kind === 'failed') loop.beforeWait(() => state !== 'destroyed' && fail(opened.code));
  else {
    watch = loop.watch(fd, WRITABLE, (found) => {
      if (state === 'connecting') connected();
      else if ((found & WRITABLE) !== 0) flush();
      for (let round = 0; round < ROUNDS_MAX && read(); round += 1);
    });
  }

  return {
    write(octets) {
      unsent.push(octets);
      if (isFlushing || isBlocked || state === 'connecting') return;
      isFlushing = true;
      loop.beforeWait(flush);
    },
    destroy,
    get isDestroyed() {
      return state === 'destroyed';
    },
  };
};
