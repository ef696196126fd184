import type { Endpoint } from '../address.ts';
import { endpointText } from '../address.ts';
import { openShared } from '../loop/shared-port.ts';
import type { SystemCalls } from '../loop/system-calls.ts';
import type { Share } from '../message/share.ts';
import { listenErrorOf } from '../sockets/listen-error.ts';
import type { BoundSocket } from '../sockets/listener.ts';
import type { Member } from './member.ts';

/** The sockets for datagrams, of which each thread has one at each address; they outlive the thread that serves them. */
export interface SharedSockets {
  /**
   * A listener that takes an address from another gets the same sockets: those of two listeners would share its datagrams.
   * `undefined` where the address is beyond our own loop. @throws ListenError
   */
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

type State = 'bound' | 'listening' | 'paused' | 'released';

/** Those of one address. */
interface Shared {
  readonly local: Endpoint;
  readonly fds: readonly number[];
  state: State;
  /** What each listener here wants of them. */
  readonly wanted: Map<symbol, 'bound' | 'listening' | 'paused'>;
  /** The threads that still hold theirs. */
  readonly heldBy: Set<number>;
}

const wantedOf = ({ wanted }: Shared): State => {
  const all = [...wanted.values()];
  if (all.length === 0) return 'released';
  if (all.includes('listening')) return 'listening';
  return all.includes('paused') ? 'paused' : 'bound';
};

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

  const tell = ({ fds, local }: Shared, thread: number, member: Member, state: State): void => {
    const fd = fds[thread];
    if (fd === undefined) return;
    if (state === 'listening') member.tell({ kind: 'listen', fd, local });
    if (state === 'paused') member.tell({ kind: 'pause', fd });
    if (state === 'released') member.tell({ kind: 'release', fd });
  };

  /** Has the threads do what the listeners here want by now. */
  const follow = (shared: Shared): void => {
    const state = wantedOf(shared);
    if (state === shared.state) return;
    shared.state = state;
    for (const [thread, member] of members().entries()) {
      if (member !== undefined) tell(shared, thread, member, state);
      else if (state === 'released') letGo(shared, thread);
    }
  };

  const openAt = (endpoint: Endpoint): Shared | undefined => {
    const known = [...open].find(({ local, state }) => state !== 'released' && endpointText(local) === endpointText(endpoint));
    if (known !== undefined) return known;
    const opened = openShared(calls, endpoint, share);
    if (opened.kind === 'unsupported') return undefined;
    if (opened.kind === 'failed') throw listenErrorOf(endpoint, 'udp', opened.code);
    const shared: Shared = { local: endpoint, fds: opened.fds, state: 'bound', wanted: new Map(), heldBy: new Set(opened.fds.keys()) };
    open.add(shared);
    return shared;
  };

  return {
    bind(endpoint) {
      const shared = openAt(endpoint);
      if (shared === undefined) return undefined;
      const { wanted } = shared;
      const listener = Symbol('listener');
      const want = (state: 'listening' | 'paused'): void => {
        if (wanted.has(listener)) wanted.set(listener, state);
        follow(shared);
      };
      wanted.set(listener, 'bound');
      return {
        address: endpoint.address,
        listen: () => want('listening'),
        pause: () => want('paused'),
        close() {
          wanted.delete(listener);
          follow(shared);
        },
      };
    },
    handOver(thread, member) {
      for (const shared of open) if (shared.state === 'listening') tell(shared, thread, member, 'listening');
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
