import type { Endpoint } from '../address.ts';
import { READABLE } from './epoll.ts';
import type { Loop } from './loop.ts';
import { createAddressReader } from './socket-address.ts';
import type { SystemCalls } from './system-calls.ts';

const NONBLOCK_CLOEXEC = 0o4000 | 0o2000000;

/** Large enough to stand outside V8's heap, where the kernel may write. */
const NAME_OCTETS = 128;

/** Connections that are taken before other sockets get a turn. */
const ROUNDS_MAX = 64;

/** Where no more descriptors are to be had it is tried again after so long. */
const PAUSE_MS = 100;

export interface AcceptOptions {
  readonly calls: SystemCalls;
  readonly loop: Loop;
  /** Listening. */
  readonly fd: number;
  readonly interfaceName: (index: number) => string;
  /** Takes a connected socket, whose descriptor is its own from here on. */
  readonly accept: (connected: number, peer: Endpoint, local: Endpoint) => void;
}

/** Takes connections until it is closed; those that were taken stay. */
export interface Accepting {
  close(): void;
}

const name = new Uint8Array(NAME_OCTETS);
const view = new DataView(name.buffer);
const length = new Int32Array(NAME_OCTETS / 4);

export const acceptStreams = ({ calls, loop, fd, interfaceName, accept }: AcceptOptions): Accepting => {
  const readAddress = createAddressReader(interfaceName);
  let pausing: NodeJS.Timeout | undefined;
  let isClosed = false;

  const localOf = (connected: number): Endpoint => {
    length[0] = NAME_OCTETS;
    calls.getsockname(connected, name, length);
    return readAddress(view, 0);
  };

  const watch = loop.watch(fd, READABLE, () => {
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      length[0] = NAME_OCTETS;
      const connected = calls.accept(fd, name, length, NONBLOCK_CLOEXEC);
      if (connected >= 0) {
        const peer = readAddress(view, 0);
        accept(connected, peer, localOf(connected));
      } else if (calls.lastError() === 'EAGAIN') return;
      else {
        // A connection that was given up meanwhile, or the process may open no more for now.
        watch.change(0);
        pausing ??= setTimeout(() => {
          pausing = undefined;
          watch.change(READABLE);
        }, PAUSE_MS).unref();
        return;
      }
    }
  });

  return {
    close() {
      if (isClosed) return;
      isClosed = true;
      clearTimeout(pausing);
      watch.end();
      calls.close(fd);
    },
  };
};
