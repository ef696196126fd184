import { arch } from 'node:process';
import type { SystemCalls } from './system-calls.ts';

/*
 * epoll(7), level-triggered. struct epoll_event has the events in its first four octets and 64 bits of ours behind them, here
 * the descriptor and which watch it is: a descriptor that is closed while others are told may be another socket's by the time
 * that its own events come up. It is packed on x86-64 alone.
 */
const EVENT = arch === 'x64' ? { octets: 12, fd: 4, watch: 8 } : { octets: 16, fd: 8, watch: 12 };
const EPOLL_CLOEXEC = 0o2000000;
const CONTROL = { add: 1, remove: 2, change: 3 } as const;

/** So many descriptors are found by one call; the others by the next. */
const EVENTS_MAX = 256;

export const READABLE = 0x1;
export const WRITABLE = 0x4;

export interface Epoll {
  /** @param watch a number of the caller's own, 32 bits */
  add(fd: number, watch: number, events: number): void;
  change(fd: number, watch: number, events: number): void;
  remove(fd: number): void;
  /** Until something is ready, at the latest after so long; -1 is for ever. Gives how much is. */
  wait(timeoutMs: number): number;
  /** Tells what the last wait found. */
  tell(count: number, ready: (fd: number, watch: number, events: number) => void): void;
}

/** @throws Error where the kernel has no more descriptors or memory for it */
export const createEpoll = ({ epollCreate, epollControl, epollWait, lastError }: SystemCalls): Epoll => {
  const epoll = epollCreate(EPOLL_CLOEXEC);
  if (epoll < 0) throw new Error(`epoll_create1: ${lastError()}`);
  const event = new DataView(new ArrayBuffer(EVENT.octets));
  const eventOctets = new Uint8Array(event.buffer);
  const found = new DataView(new ArrayBuffer(EVENTS_MAX * EVENT.octets));
  const foundOctets = new Uint8Array(found.buffer);

  const control = (operation: number, fd: number, watch: number, events: number): void => {
    event.setUint32(0, events, true);
    event.setUint32(EVENT.fd, fd, true);
    event.setUint32(EVENT.watch, watch, true);
    if (epollControl(epoll, operation, fd, eventOctets) < 0) throw new Error(`epoll_ctl: ${lastError()}`);
  };

  return {
    add: (fd, watch, events) => control(CONTROL.add, fd, watch, events),
    change: (fd, watch, events) => control(CONTROL.change, fd, watch, events),
    remove: (fd) => control(CONTROL.remove, fd, 0, 0),
    // A signal ends it early, and with nothing: its handler is Node's.
    wait: (timeoutMs) => Math.max(0, epollWait(epoll, foundOctets, EVENTS_MAX, timeoutMs)),
    tell(count, ready) {
      for (let at = 0; at < count; at += 1) {
        const start = at * EVENT.octets;
        ready(found.getUint32(start + EVENT.fd, true), found.getUint32(start + EVENT.watch, true), found.getUint32(start, true));
      }
    },
  };
};
