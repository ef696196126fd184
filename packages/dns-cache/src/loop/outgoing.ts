import { putOctets } from '../message/octets.ts';
import type { Arena } from './arena.ts';
import { BATCH_MAX, createArena } from './arena.ts';
import { READABLE, WRITABLE } from './epoll.ts';
import type { Loop, Watch } from './loop.ts';
import { MSG_DONTWAIT } from './system-calls.ts';
import type { SystemCalls } from './system-calls.ts';

/** Datagrams that wait for the kernel to have room; those beyond are lost, as on a network. */
const UNSENT_MAX = 1024;

/** Where a datagram goes: a `struct sockaddr` somewhere in memory. */
export interface SocketName {
  readonly memory: Uint8Array;
  readonly at: number;
  readonly octets: number;
}

/** Keeps a name whose memory is used again. */
export const keepName = ({ memory, at, octets }: SocketName): SocketName => ({ memory: memory.slice(at, at + octets), at: 0, octets });

/** It is used again for the next datagram. */
export interface OutgoingMemory {
  readonly octets: Uint8Array;
  start: number;
}

/** Sends the datagrams of one socket many at a time, at the latest before the loop waits. */
export interface Outgoing {
  /** Where the next datagram may be written; `undefined` while earlier ones wait for the kernel to have room. */
  reserve(): OutgoingMemory | undefined;
  /** Sends what was written there. */
  commit(name: SocketName, length: number): void;
  send(name: SocketName, message: Uint8Array): void;
  readonly flush: () => void;
  /** There is room again. */
  goOn(): void;
}

/** The memory of all sockets, and whose datagrams are in it. */
let arena: Arena | undefined;
let user: Outgoing | undefined;

/** @param watch of the socket, once there is one */
export const createOutgoing = (calls: SystemCalls, loop: Loop, fd: number, watch: () => Watch): Outgoing => {
  arena ??= createArena(calls);
  const { pointer, octets, nameAt, dataAt, setLengths, lengths } = arena;
  let count = 0;
  let unsent: { readonly name: SocketName; readonly message: Uint8Array }[] = [];

  const memory: OutgoingMemory = { octets, start: 0 };

  const take = (slot: number): (typeof unsent)[number] => {
    const { name, data } = lengths(slot);
    const start = dataAt(slot);
    return { name: keepName({ memory: octets, at: nameAt(slot), octets: name }), message: octets.slice(start, start + data) };
  };

  const outgoing: Outgoing = {
    reserve() {
      if (unsent.length > 0) return undefined;
      if (user !== outgoing) {
        user?.flush();
        user = outgoing;
        loop.beforeWait(outgoing.flush);
      }
      memory.start = dataAt(count);
      return memory;
    },
    commit(name, length) {
      putOctets(octets, nameAt(count), name.memory, name.at, name.at + name.octets);
      setLengths(count, name.octets, length);
      count += 1;
      if (count === BATCH_MAX) outgoing.flush();
    },
    send(name, message) {
      const into = outgoing.reserve();
      if (into !== undefined) {
        putOctets(octets, into.start, message);
        outgoing.commit(name, message.length);
      } else if (unsent.length < UNSENT_MAX) unsent.push({ name: keepName(name), message });
    },
    flush() {
      if (user !== outgoing) return;
      user = undefined;
      const all = count;
      count = 0;
      if (all === 0) return;
      const sent = calls.sendmmsg(fd, pointer, all, MSG_DONTWAIT);
      if (sent === all) return;
      const code = sent < 0 ? calls.lastError() : undefined;
      const rest = Array.from({ length: all - Math.max(0, sent) }, (_, index) => take(Math.max(0, sent) + index));
      if (code === 'EAGAIN') {
        unsent = rest;
        watch().change(READABLE | WRITABLE);
        return;
      }
      // The first of them cannot be sent; nobody can be told, and its client asks again.
      for (const { name, message } of code === undefined ? rest : rest.slice(1)) outgoing.send(name, message);
      outgoing.flush();
    },
    goOn() {
      watch().change(READABLE);
      for (const { name, message } of unsent.splice(0)) outgoing.send(name, message);
    },
  };
  return outgoing;
};
