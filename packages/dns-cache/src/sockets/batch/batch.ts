import type { Endpoint } from '../../address.ts';
import type { Arena } from './arena.ts';
import { BATCH_MAX, createArena } from './arena.ts';
import { createAddressReader, SOCKADDR_IN6_OCTETS, SOCKADDR_IN_OCTETS } from './socket-address.ts';
import type { SystemCalls } from './system-calls.ts';

const MSG_DONTWAIT = 0x40;

/** The longest datagram there is; the memory is only touched as far as it is used. */
const DATAGRAM_OCTETS_MAX = 65_535;

/** Answers over UDP are shorter (`UDP_PAYLOAD_OURS`). */
const ANSWER_OCTETS_MAX = 2048;

/** Batches that are taken before the event loop gets a turn. */
const ROUNDS_MAX = 8;

/** One datagram of the batch at hand. */
export interface Datagram {
  readonly client: Endpoint;
  /** Refers to memory that the next batch overwrites. */
  readonly message: Uint8Array;
  readonly slot: number;
}

/** Takes and answers datagrams of one socket many at a time. */
export interface Batch {
  /** Hands over everything that is waiting, and sends what was answered meanwhile. */
  drain(take: (datagram: Datagram) => void): void;
  /** Answers a datagram of the batch at hand; false where it cannot, because the batch is over. */
  answer(datagram: Datagram, message: Uint8Array): boolean;
}

export interface BatchOptions {
  readonly calls: SystemCalls;
  readonly fd: number;
  readonly isClosed: () => boolean;
  readonly interfaceName: (index: number) => string;
  /** Sends by other means what the kernel has no room for now. */
  readonly sendLater: (client: Endpoint, message: Uint8Array) => void;
}

/** The memory of all sockets: they are drained one after the other. */
interface Memory {
  readonly incoming: Arena;
  readonly outgoing: Arena;
}

let shared: Memory | undefined;

const memoryOf = (calls: SystemCalls): Memory => {
  shared ??= { incoming: createArena(calls, DATAGRAM_OCTETS_MAX), outgoing: createArena(calls, ANSWER_OCTETS_MAX) };
  return shared;
};

export const createBatch = ({ calls, fd, isClosed, interfaceName, sendLater }: BatchOptions): Batch => {
  const { incoming, outgoing } = memoryOf(calls);
  const readAddress = createAddressReader(interfaceName);
  const waiting: Endpoint[] = [];
  let current: readonly Datagram[] | undefined;

  /** What could not be sent at once goes another way; a client that cannot be reached is passed over. */
  const flush = (): void => {
    const count = waiting.length;
    for (let sent = 0; sent < count; ) {
      // The first slots are those of the answers that wait; after a partial send the rest is sent one by one.
      const done = sent === 0 ? calls.sendmmsg(fd, outgoing.pointer, count, MSG_DONTWAIT) : -1;
      if (done > 0) {
        sent += done;
        continue;
      }
      const client = waiting[sent];
      const start = outgoing.dataAt(sent);
      if (client !== undefined) sendLater(client, outgoing.octets.slice(start, start + (lengths[sent] ?? 0)));
      sent += 1;
    }
    waiting.length = 0;
  };

  const lengths: number[] = [];

  const readBatch = (count: number): readonly Datagram[] =>
    Array.from({ length: count }, (_, slot) => {
      const start = incoming.dataAt(slot);
      return {
        client: readAddress(incoming.view, incoming.nameAt(slot)),
        message: incoming.octets.subarray(start, start + incoming.received(slot)),
        slot,
      };
    });

  return {
    drain(take) {
      for (let round = 0; round < ROUNDS_MAX && !isClosed(); round += 1) {
        const count = calls.recvmmsg(fd, incoming.pointer, BATCH_MAX, MSG_DONTWAIT, null);
        if (count <= 0) return;
        current = readBatch(count);
        for (const datagram of current) take(datagram);
        current = undefined;
        flush();
        incoming.offerNames(count);
        if (count < BATCH_MAX) return;
      }
    },
    answer(datagram, message) {
      if (current?.[datagram.slot] !== datagram || message.length > ANSWER_OCTETS_MAX) return false;
      const slot = waiting.length;
      const name = incoming.nameAt(datagram.slot);
      const octets = datagram.client.address.includes(':') ? SOCKADDR_IN6_OCTETS : SOCKADDR_IN_OCTETS;
      for (let at = 0; at < octets; at += 1) outgoing.octets[outgoing.nameAt(slot) + at] = incoming.octets[name + at] ?? 0;
      outgoing.octets.set(message, outgoing.dataAt(slot));
      outgoing.setLengths(slot, octets, message.length);
      lengths[slot] = message.length;
      waiting.push(datagram.client);
      return true;
    },
  };
};
