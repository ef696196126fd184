import { Socket } from 'node:net';
import { createNumbered } from '../engine/numbered.ts';
import { createEpoll, READABLE } from './epoll.ts';
import type { SystemCalls } from './system-calls.ts';

/*
 * A loop inside Node's. While it has sockets to watch it waits for them, and for Node's own loop, which is one descriptor
 * more. When something awaits Node.js, ours returns; the bell, a socket of Node's that ours writes to, has it called again
 * behind what Node.js did meanwhile. So one thread serves both, and what comes to a socket of ours costs no turn of Node's.
 */

const AF_UNIX = 1;
const SOCK_STREAM_NONBLOCK_CLOEXEC = 1 | 0o4000 | 0o2000000;

/**
 * Callbacks that our sockets had Node.js put off (`process.nextTick`, promises) wait for its turn, of which it knows nothing
 * while ours goes on: it gets one within so long after anything was done.
 */
const LINGER_MS = 10;

/** What came while something was read is read too, but not for ever. */
const PASSES_MAX = 16;

/** Where no more sockets have something, what each led to goes out at once: there is little to be gained by waiting for the others. */
const QUIET_MAX = 4;

/** A descriptor that is watched. */
export interface Watch {
  /** What is waited for: `READABLE`, `WRITABLE`, or both. */
  change(events: number): void;
  /** Before it is closed. */
  end(): void;
}

export interface Loop {
  /** @param ready is told what of `events` there is, and errors */
  watch(fd: number, events: number, ready: (events: number) => void): Watch;
  /** Does this before the loop waits again. */
  beforeWait(work: () => void): void;
  /** Does this once each of our sockets had its turn, without waiting for anything to come. */
  afterReading(work: () => void): void;
  /** Does this once all that has come to our sockets is read; at once where there are none. */
  whenRead(work: () => void): void;
  /** Something was done that Node.js has to go on with. */
  yieldToNode(): void;
}

const createLoop = (calls: SystemCalls): Loop => {
  const { node } = calls;
  const epoll = createEpoll(calls);
  const watched = createNumbered<{ readonly number: number; readonly ready: (events: number) => void }>();
  let lastWatch = 0;
  let putOff: (() => void)[] = [];
  let afterPass: (() => void)[] = [];
  let awaitingReads: (() => void)[] = [];
  let isInside = false;
  let nodeIsAwaited = false;
  let taken = 0;
  let isQuiet = false;

  const doPutOff = (): void => {
    while (putOff.length > 0) {
      const works = putOff;
      putOff = [];
      for (const work of works) work();
    }
  };

  const ready = (fd: number, watch: number, events: number): void => {
    if (fd === node.fd) {
      nodeIsAwaited = true;
      return;
    }
    taken += 1;
    const one = watched.get(fd);
    if (one?.number === watch) one.ready(events);
    if (isQuiet) doPutOff();
  };

  /** Gives how many of our sockets had something. */
  const pass = (timeoutMs: number): number => {
    taken = 0;
    const count = epoll.wait(timeoutMs);
    isQuiet = count <= QUIET_MAX;
    // Timers that are set from here on begin now.
    node.tellTime();
    epoll.tell(count, ready);
    const done = doAfterPass();
    doPutOff();
    return taken + done;
  };

  const doAfterPass = (): number => {
    if (afterPass.length === 0) return 0;
    const works = afterPass;
    afterPass = [];
    for (const work of works) work();
    return works.length;
  };

  const readAll = (): void => {
    const awaiting = awaitingReads.splice(0);
    for (let passes = 0; passes < PASSES_MAX && pass(0) > 0; passes += 1);
    for (const work of awaiting) work();
    doPutOff();
  };

  /** Until something awaits Node.js. */
  const turn = (): void => {
    nodeIsAwaited = false;
    doPutOff();
    if (awaitingReads.length > 0) readAll();
    let went = goOn(Number.POSITIVE_INFINITY);
    while (went) {
      if (awaitingReads.length > 0) readAll();
      went = goOn(LINGER_MS);
    }
  };

  /** Waits for so long at most, and does what comes; false where it is Node's turn. */
  const goOn = (mostMs: number): boolean => {
    const nodeMs = node.timeoutMs();
    if (watched.size === 0 || nodeIsAwaited || nodeMs === 0) return false;
    if (afterPass.length > 0) return pass(0) > 0;
    const isLonger = nodeMs < 0 || nodeMs > mostMs;
    return pass(isLonger && Number.isFinite(mostMs) ? mostMs : nodeMs) > 0;
  };

  const ends = new Int32Array(2);
  if (calls.socketpair(AF_UNIX, SOCK_STREAM_NONBLOCK_CLOEXEC, 0, ends) < 0) throw new Error(`socketpair: ${calls.lastError()}`);
  const [heard = -1, rung = -1] = ends;
  const STROKE = Uint8Array.of(0);
  const ring = (): void => void calls.write(rung, STROKE, 1);

  const enter = (): void => {
    isInside = true;
    try {
      turn();
    } finally {
      isInside = false;
      if (watched.size > 0) ring();
    }
  };

  const bell = new Socket({ fd: heard });
  // Behind everything that Node.js found together with the bell; unreferenced, it does not keep Node's loop awake.
  bell.on('data', () => void setImmediate(enter).unref());
  bell.unref();
  epoll.add(node.fd, 0, READABLE);

  return {
    watch(fd, first, whenReady) {
      lastWatch = (lastWatch + 1) >>> 0;
      const number = lastWatch;
      epoll.add(fd, number, first);
      watched.set(fd, { number, ready: whenReady });
      if (watched.size === 1) {
        bell.ref();
        if (!isInside) ring();
      }
      return {
        change: (events) => epoll.change(fd, number, events),
        end() {
          epoll.remove(fd);
          watched.delete(fd);
          if (watched.size === 0) bell.unref();
        },
      };
    },
    beforeWait(work) {
      putOff.push(work);
      if (watched.size === 0) setImmediate(doPutOff);
    },
    afterReading(work) {
      if (watched.size === 0) setImmediate(work);
      else afterPass.push(work);
    },
    whenRead(work) {
      if (watched.size === 0) work();
      else awaitingReads.push(work);
    },
    yieldToNode() {
      nodeIsAwaited = true;
    },
  };
};

let loop: Loop | undefined;

/** The loop of this process. */
export const loopOf = (calls: SystemCalls): Loop => {
  loop ??= createLoop(calls);
  return loop;
};
