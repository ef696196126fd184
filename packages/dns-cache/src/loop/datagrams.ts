import type { Endpoint } from '../address.ts';
import type { Arena } from './arena.ts';
import { BATCH_MAX, createArena } from './arena.ts';
import { READABLE, WRITABLE } from './epoll.ts';
import type { Loop } from './loop.ts';
import type { SocketName } from './outgoing.ts';
import { createOutgoing, keepName } from './outgoing.ts';
import { createAddressReader, SOCKADDR_IN6_OCTETS, SOCKADDR_IN_OCTETS } from './socket-address.ts';
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
  /** @param message refers to memory that is used again once this returns; the answer may come later */
  readonly receive: (client: Endpoint, message: Uint8Array, answer: (message: Uint8Array) => void) => void;
}

/** Takes datagrams of many clients and answers them, many at a time. */
export interface Datagrams {
  /** Takes no more, and drops what comes; what came before can still be answered. */
  pause(): void;
  close(): void;
}

/** The memory of all sockets: they are read one after the other. */
let incoming: Arena | undefined;

export const serveDatagrams = ({ calls, loop, fd, interfaceName, receive }: DatagramOptions): Datagrams => {
  incoming ??= createArena(calls);
  const { pointer, octets, view, nameAt, dataAt, received, offerNames } = incoming;
  const readAddress = createAddressReader(interfaceName);
  const outgoing = createOutgoing(calls, loop, fd, () => watch);
  let isPaused = false;
  let isClosed = false;

  const take = (slot: number): void => {
    if (isPaused) return;
    const [at, start] = [nameAt(slot), dataAt(slot)];
    const client = readAddress(view, at);
    let name: SocketName = { memory: octets, at, octets: client.address.includes(':') ? SOCKADDR_IN6_OCTETS : SOCKADDR_IN_OCTETS };
    let isAnswered = false;
    receive(client, octets.subarray(start, start + received(slot)), (message) => {
      isAnswered = true;
      if (!isClosed) outgoing.send(name, message);
    });
    if (!isAnswered) name = keepName(name);
  };

  const read = (): void => {
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      const count = calls.recvmmsg(fd, pointer, BATCH_MAX, MSG_DONTWAIT, null);
      // Nothing more, or an ICMP error about an earlier answer: the socket goes on.
      if (count <= 0) return;
      for (let slot = 0; slot < count; slot += 1) take(slot);
      offerNames(count);
      if (count < BATCH_MAX) return;
    }
  };

  const watch = loop.watch(fd, READABLE, (events) => {
    if ((events & WRITABLE) !== 0) outgoing.goOn();
    read();
  });

  return {
    pause() {
      isPaused = true;
    },
    close() {
      if (isClosed) return;
      outgoing.flush();
      isPaused = true;
      isClosed = true;
      watch.end();
      calls.close(fd);
    },
  };
};
