import { performance } from 'node:perf_hooks';
import type { Endpoint } from '../address.ts';
import type { Arena } from './arena.ts';
import { BATCH_MAX, createArena } from './arena.ts';
import { READABLE, WRITABLE } from './epoll.ts';
import type { SocketJournal } from './inherited.ts';
import type { Loop } from './loop.ts';
import type { OutgoingMemory, SocketName } from './outgoing.ts';
import { createOutgoing, keepName } from './outgoing.ts';
import { createAddressReader, createSender, socketAddressOctets } from './socket-address.ts';
import { MSG_DONTWAIT } from './system-calls.ts';
import type { SystemCalls } from './system-calls.ts';

/** Batches that are taken before other sockets get a turn. */
const ROUNDS_MAX = 8;

export interface DatagramOptions {
  readonly calls: SystemCalls;
  readonly loop: Loop;
  /** Bound. */
  readonly fd: number;
  readonly interfaceName: (index: number) => string;
  /** Writes the answer and gives its length, less than 0 where there is to be none, or 0 where it is not at hand; `message` and `client` refer to memory that is used again. */
  readonly answerAtOnce: (message: Uint8Array, receivedAt: number, into: OutgoingMemory, client: Endpoint) => number;
  /**
   * @param message refers to memory that is used again once this returns; the answer may come later
   * @param drop it will not be answered
   */
  readonly receive: (client: Endpoint, message: Uint8Array, answer: (message: Uint8Array) => void, receivedAt: number, drop: () => void) => void;
  /** Of an inherited socket. */
  readonly journal?: SocketJournal | undefined;
}

/** Takes datagrams of many clients and answers them, many at a time. */
export interface Datagrams {
  /** Takes no more, and drops what comes; what came before can still be answered. */
  pause(): void;
  /** Takes no more, and leaves what comes to others who have the socket; what came before can still be answered. */
  leave(): void;
  /** Lets go of the socket, which is the caller's to close. */
  close(): void;
}

/** The memory of all sockets: they are read one after the other. */
let incoming: Arena | undefined;

export const serveDatagrams = ({ calls, loop, fd, interfaceName, answerAtOnce, receive, journal }: DatagramOptions): Datagrams => {
  incoming ??= createArena(calls);
  const { pointer, octets, view, nameAt, dataAt, received, offerNames } = incoming;
  const readAddress = createAddressReader(interfaceName);
  const outgoing = createOutgoing(calls, loop, fd, () => watch);
  const sender = createSender(view, readAddress);
  let isPaused = false;
  let isClosed = false;
  let hasLeft = false;

  const take = (slot: number, receivedAt: number): void => {
    if (isPaused) return;
    const at = nameAt(slot);
    const start = dataAt(slot);
    const query = octets.subarray(start, start + received(slot));
    const name: SocketName = { memory: octets, at, octets: socketAddressOctets(view, at) };
    sender.at = at;
    const into = outgoing.reserve();
    const length = into === undefined ? 0 : answerAtOnce(query, receivedAt, into, sender);
    if (length > 0) outgoing.commit(name, length);
    else if (length === 0) takeLong(name, readAddress(view, at), query, receivedAt, journal?.put(octets, at, name.octets, query) ?? -1);
  };

  /** @param written its slot in the journal */
  const takeLong = (named: SocketName, client: Endpoint, query: Uint8Array, receivedAt: number, written: number): void => {
    let name = named;
    let isSettled = false;
    const settle = (): void => {
      isSettled = true;
      journal?.settle(written);
    };
    const answer = (message: Uint8Array): void => {
      settle();
      if (!isClosed) outgoing.send(name, message);
    };
    receive(client, query, answer, receivedAt, settle);
    if (!isSettled) name = keepName(name);
  };

  const read = (): void => {
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      const count = calls.recvmmsg(fd, pointer, BATCH_MAX, MSG_DONTWAIT, null);
      // Nothing more, or an ICMP error about an earlier answer: the socket goes on.
      if (count <= 0) return;
      const receivedAt = performance.now();
      for (let slot = 0; slot < count; slot += 1) take(slot, receivedAt);
      offerNames(count);
      if (count < BATCH_MAX) return;
    }
  };

  const watch = loop.watch(fd, READABLE, (events) => {
    if ((events & WRITABLE) !== 0) outgoing.goOn();
    if (hasLeft) watch.change(0);
    else read();
  });

  // What another process had read and did not come to answer.
  for (const { slot, name, query } of journal?.owed ?? []) {
    const client = readAddress(new DataView(name.buffer, name.byteOffset, name.length), 0);
    takeLong({ memory: name, at: 0, octets: name.length }, client, query, performance.now(), slot);
  }

  return {
    pause() {
      isPaused = true;
    },
    leave() {
      hasLeft = true;
      if (!isClosed) watch.change(0);
    },
    close() {
      if (isClosed) return;
      outgoing.flush();
      isPaused = true;
      isClosed = true;
      watch.end();
    },
  };
};
