import type { SystemCalls } from './system-calls.ts';
import { adaptSystemCalls } from './system-calls.ts';

/*
 * Descriptors that a thread opens by system calls of its own stay open when it dies: Node.js knows nothing of them. So each
 * thread writes down what it has, in memory that outlives it.
 */

/** Those with higher numbers are not written down, and stay open. */
const DESCRIPTORS_MAX = 65_536;

/** An octet for each descriptor. */
export type DescriptorLedger = Uint8Array<SharedArrayBuffer>;

export const createLedger = (): DescriptorLedger => new Uint8Array(new SharedArrayBuffer(DESCRIPTORS_MAX));

/** The same calls, which write down what they open. */
const withLedger = (calls: SystemCalls, ledger: DescriptorLedger): SystemCalls => {
  const note = (fd: number): number => {
    if (fd >= 0 && fd < DESCRIPTORS_MAX) ledger[fd] = 1;
    return fd;
  };
  return {
    ...calls,
    socket: (domain, type, protocol) => note(calls.socket(domain, type, protocol)),
    duplicate: (fd) => note(calls.duplicate(fd)),
    accept: (fd, address, length, flags) => note(calls.accept(fd, address, length, flags)),
    epollCreate: (flags) => note(calls.epollCreate(flags)),
    socketpair(domain, type, protocol, fds) {
      const result = calls.socketpair(domain, type, protocol, fds);
      // The first end becomes one of Node's sockets, which it closes itself.
      if (result === 0) note(fds[1] ?? -1);
      return result;
    },
    close(fd) {
      // First: the number may be another thread's as soon as it is closed.
      if (fd < DESCRIPTORS_MAX) ledger[fd] = 0;
      return calls.close(fd);
    },
  };
};

/** Has this thread write down what it opens from here on. */
export const keepLedger = (ledger: DescriptorLedger): void => adaptSystemCalls((calls) => withLedger(calls, ledger));

/** Closes what a thread that is no more has left. */
export const closeLeft = (calls: SystemCalls, ledger: DescriptorLedger): void => {
  for (const [fd, isOpen] of ledger.entries()) if (isOpen === 1) calls.close(fd);
  ledger.fill(0);
};
