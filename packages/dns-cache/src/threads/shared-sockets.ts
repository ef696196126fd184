import type { Endpoint } from '../address.ts';
import { openShared } from '../loop/shared-port.ts';
import type { SystemCalls } from '../loop/system-calls.ts';
import type { Share } from '../message/share.ts';
import { ListenError } from '../sockets/listen-error.ts';
import type { BoundSocket } from '../sockets/listener.ts';
import type { Member } from './member.ts';

/** The sockets for datagrams, of which each thread has one at each address; they outlive the thread that serves them. */
export interface SharedSockets {
  /** `undefined` where the address is beyond our own loop. @throws ListenError */
  bind(endpoint: Endpoint): BoundSocket | undefined;
  /** Tells a new thread what it has. */
  handOver(thread: number, member: Member): void;
  /** A thread has let go of one. */
  released(thread: number, fd: number): void;
  /** A thread is no more: it holds none. */
  lost(thread: number): void;
  /** Closes them all, once there are no threads. */
  close(): void;
}

interface Shared {
  readonly local: Endpoint;
  readonly fds: readonly number[];
  state: 'bound' | 'listening' | 'paused' | 'released';
  /** The threads that still hold theirs. */
  readonly heldBy: Set<number>;
}

/** @param members those that are there, by their numbers */
export const createSharedSockets = (calls: SystemCalls, share: Share, members: () => readonly (Member | undefined)[]): SharedSockets => {
  const open = new Set<Shared>();

  /** A descriptor that a thread still polls is not closed: the next socket could have its number. */
  const letGo = (shared: Shared, thread: number): void => {
    const fd = shared.fds[thread];
    if (!shared.heldBy.delete(thread) || fd === undefined) return;
    calls.close(fd);
    if (shared.heldBy.size === 0) open.delete(shared);
  };

  const tell = (shared: Shared, kind: 'pause' | 'release'): void => {
    for (const [thread, member] of members().entries()) {
      const fd = shared.fds[thread];
      if (fd === undefined) continue;
      if (member !== undefined) member.tell({ kind, fd });
      else if (kind === 'release') letGo(shared, thread);
    }
  };

  const hand = ({ fds, local }: Shared, thread: number, member: Member): void => {
    const fd = fds[thread];
    if (fd !== undefined) member.tell({ kind: 'listen', fd, local });
  };

  return {
    bind(endpoint) {
      const opened = openShared(calls, endpoint, share);
      if (opened.kind === 'unsupported') return undefined;
      if (opened.kind === 'failed') throw new ListenError(endpoint, 'udp', Object.assign(new Error(opened.code), { code: opened.code }));
      const shared: Shared = { local: endpoint, fds: opened.fds, state: 'bound', heldBy: new Set(opened.fds.keys()) };
      open.add(shared);
      return {
        address: endpoint.address,
        listen() {
          shared.state = 'listening';
          for (const [thread, member] of members().entries()) if (member !== undefined) hand(shared, thread, member);
        },
        pause() {
          shared.state = 'paused';
          tell(shared, 'pause');
        },
        close() {
          if (shared.state === 'released') return;
          shared.state = 'released';
          tell(shared, 'release');
        },
      };
    },
    handOver(thread, member) {
      for (const shared of open) if (shared.state === 'listening') hand(shared, thread, member);
    },
    released(thread, fd) {
      for (const shared of open) if (shared.fds[thread] === fd) letGo(shared, thread);
    },
    lost(thread) {
      for (const shared of open) if (shared.state === 'released') letGo(shared, thread);
    },
    close() {
      for (const shared of open) for (const thread of shared.heldBy) letGo(shared, thread);
    },
  };
};
