import { putOctets } from '../message/octets.ts';
import { READABLE, WRITABLE } from './epoll.ts';
import type { Loop, Watch } from './loop.ts';
import { acknowledge, connectError } from './open.ts';
import { MSG_DONTWAIT } from './system-calls.ts';
import type { SystemCalls } from './system-calls.ts';

const MSG_NOSIGNAL = 0x4000;
const SHUT_WR = 1;
const READ_OCTETS = 65_536;
const WRITE_OCTETS = 65_536;

/** Reads before other sockets get a turn. */
const ROUNDS_MAX = 16;

/** What happens to a stream, in this order; nothing after `closed`, and nothing before the call that opens it is over. */
export interface StreamEvents {
  /** It is connected; one that was accepted is from the first. */
  readonly ready: () => void;
  /** @param octets in memory of their own */
  readonly heard: (octets: Uint8Array) => void;
  /** The peer sends nothing more; it may still read. */
  readonly ended: () => void;
  /** The peer does not take what is written for now. */
  readonly blocked: () => void;
  /** It has taken all of it. */
  readonly drained: () => void;
  /** `ECONNRESET` and the like. */
  readonly failed: (code: string) => void;
  /** Once, however it came. */
  readonly closed: () => void;
}

/** A connection over TCP. */
export interface Stream {
  /** Kept until it is connected and the peer takes it. */
  write(octets: Uint8Array): void;
  /** What the peer has not taken yet. */
  readonly unsentOctets: number;
  /** The peer is told at once that what it sent is here, unless something is about to be written. */
  acknowledge(): void;
  /** Reads nothing for a while. */
  pause(): void;
  resume(): void;
  /** Says behind what was written that nothing more comes; it is over when the peer has said so too. */
  end(): void;
  /** Lets go of it behind what was written. */
  destroySoon(): void;
  /** Lets go of it at once. */
  destroy(): void;
  readonly isDestroyed: boolean;
}

export interface StreamOptions {
  readonly calls: SystemCalls;
  readonly loop: Loop;
  /** A socket, or why there is none. */
  readonly opened: { readonly kind: 'opened'; readonly fd: number } | { readonly kind: 'failed'; readonly code: string };
  readonly isConnected: boolean;
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

export const createStream = ({ calls, loop, opened, isConnected, events }: StreamOptions): Stream => {
  const fd = opened.kind === 'opened' ? opened.fd : -1;
  let state: 'connecting' | 'open' | 'destroyed' = isConnected ? 'open' : 'connecting';
  /** What is to be written, behind what waits for the peer to take it. */
  let unsent: Uint8Array[] = [];
  let unsentOctets = 0;
  let isFlushing = false;
  let isBlocked = false;
  let isPaused = false;
  let isEnding = false;
  let hasEnded = false;
  let peerHasEnded = false;
  let isLeaving = false;
  let watched = isConnected ? READABLE : WRITABLE;
  let watch: Watch | undefined;

  const destroy = (): void => {
    if (state === 'destroyed') return;
    state = 'destroyed';
    unsent = [];
    unsentOctets = 0;
    watch?.end();
    if (fd >= 0) calls.close(fd);
    // Whoever destroys it is not called back before that is over.
    loop.beforeWait(events.closed);
  };

  const fail = (code: string): void => {
    events.failed(code);
    destroy();
  };

  const watchFor = (): void => {
    if (state !== 'open') return;
    const wanted = (isPaused || peerHasEnded ? 0 : READABLE) | (isBlocked ? WRITABLE : 0);
    if (wanted === watched) return;
    watched = wanted;
    watch?.change(wanted);
  };

  const sayEnd = (): void => {
    if (!isEnding || hasEnded || unsent.length > 0 || state !== 'open') return;
    hasEnded = true;
    calls.shutdown(fd, SHUT_WR);
    if (peerHasEnded) destroy();
  };

  /** Everything that was written since the loop waited goes out by one call, if it is not too much for one. */
  const flush = (): void => {
    isFlushing = false;
    if (state !== 'open') return;
    const hadWaited = isBlocked;
    isBlocked = false;
    while (unsent.length > 0 && !isBlocked) {
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
      unsentOctets -= Math.max(0, sent);
      isBlocked = sent < octets;
    }
    watchFor();
    if (hadWaited && !isBlocked) events.drained();
    else if (isBlocked && !hadWaited) events.blocked();
    if (isLeaving && !isBlocked) destroy();
    else sayEnd();
  };

  /** Gives false where there is nothing more for now. */
  const read = (): boolean => {
    if (state !== 'open' || isPaused || peerHasEnded) return false;
    const octets = calls.recv(fd, incoming, incoming.length, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (octets > 0) {
      events.heard(incoming.slice(0, octets));
      return octets === incoming.length;
    }
    if (octets === 0) {
      peerHasEnded = true;
      watchFor();
      if (hasEnded) destroy();
      else events.ended();
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
    watchFor();
    events.ready();
    flush();
  };

  /** Told of whether it is waited for or not: a reset, or both directions over, which nobody is about to read. */
  const isOver = (found: number): boolean => (found & ~(READABLE | WRITABLE)) !== 0 && (isPaused || peerHasEnded);

  const ready = (found: number): void => {
    if (state === 'connecting') connected();
    else if ((found & WRITABLE) !== 0) flush();
    for (let round = 0; round < ROUNDS_MAX && read(); round += 1);
    if (state === 'open' && isOver(found)) fail(connectError(calls, fd) ?? 'ECONNRESET');
  };

  if (opened.kind === 'failed') loop.beforeWait(() => state !== 'destroyed' && fail(opened.code));
  else watch = loop.watch(fd, watched, ready);

  return {
    write(octets) {
      if (state === 'destroyed' || isEnding) return;
      unsent.push(octets);
      unsentOctets += octets.length;
      if (isFlushing || isBlocked || state === 'connecting') return;
      isFlushing = true;
      loop.beforeWait(flush);
    },
    get unsentOctets() {
      return unsentOctets;
    },
    acknowledge() {
      if (state === 'open' && !isFlushing) acknowledge(calls, fd);
    },
    pause() {
      isPaused = true;
      watchFor();
    },
    resume() {
      isPaused = false;
      watchFor();
    },
    end() {
      isEnding = true;
      sayEnd();
    },
    destroySoon() {
      isLeaving = true;
      if (unsent.length === 0) destroy();
    },
    destroy,
    get isDestroyed() {
      return state === 'destroyed';
    },
  };
};
