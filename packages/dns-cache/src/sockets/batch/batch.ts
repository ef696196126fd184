import type { Endpoint } from '../../address.ts';
import type { Arena } from './arena.ts';
import { BATCH_MAX, createArena } from './arena.ts';
import { createAddressReader, encodeSocketAddress, SOCKADDR_IN6_OCTETS, SOCKADDR_IN_OCTETS } from './socket-address.ts';
import type { SystemCalls } from './system-calls.ts';

const MSG_DONTWAIT = 0x40;

/** The longest datagram there is; the memory is only touched as far as it is used. */
const DATAGRAM_OCTETS_MAX = 65_535;

/** Answers over UDP are shorter (`UDP_PAYLOAD_OURS`). */
const ANSWER_OCTETS_MAX = 2048;

/** Batches that are taken before the event loop gets a turn. */
const ROUNDS_MAX = 8;

/** One datagram of the batch at hand. */
interface Datagram {
  readonly client: Endpoint;
  /** Refers to memory that the next batch overwrites. */
  readonly message: Uint8Array;
  /** Where it is in the batch; `FIRST` for the one that Node.js has read. */
  readonly slot: number;
}

const FIRST = -1;

/** Takes and answers datagrams of one socket many at a time. */
export interface Batch {
  /** Hands over a datagram that came otherwise, and everything that waits behind it; sends what was answered meanwhile. */
  takeAll(client: Endpoint, message: Uint8Array, take: (datagram: Datagram) => void): void;
  /** Answers a datagram that is being handed over; false where that is over, or the address is beyond us. */
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
  /** Whom the answers in the outgoing slots are for, and how long they are. */
  const waiting: { readonly client: Endpoint; readonly octets: number }[] = [];
  let first: Datagram | undefined;
  let current: readonly Datagram[] = [];

  /** What cannot be sent at once goes another way, where a client that cannot be reached is passed over. */
  const flush = (): void => {
    const sent = waiting.length === 0 ? 0 : calls.sendmmsg(fd, outgoing.pointer, waiting.length, MSG_DONTWAIT);
    for (let slot = Math.max(0, sent); slot < waiting.length; slot += 1) {
      const answer = waiting[slot];
      const start = outgoing.dataAt(slot);
      if (answer !== undefined) sendLater(answer.client, outgoing.octets.slice(start, start + answer.octets));
    }
    waiting.length = 0;
  };

  /** Puts the client's address into an outgoing slot and gives its length; `undefined` where it cannot be written. */
  const copyName = (datagram: Datagram, slot: number): number | undefined => {
    const at = outgoing.nameAt(slot);
    if (datagram.slot === FIRST) {
      const name = encodeSocketAddress(datagram.client);
      if (name !== undefined) outgoing.octets.set(name, at);
      return name?.length;
    }
    const from = incoming.nameAt(datagram.slot);
    const octets = datagram.client.address.includes(':') ? SOCKADDR_IN6_OCTETS : SOCKADDR_IN_OCTETS;
    for (let index = 0; index < octets; index += 1) outgoing.octets[at + index] = incoming.octets[from + index] ?? 0;
    return octets;
  };

  const readBatch = (count: number): readonly Datagram[] =>
    Array.from({ length: count }, (_, slot) => {
      const start = incoming.dataAt(slot);
      return {
        client: readAddress(incoming.view, incoming.nameAt(slot)),
        message: incoming.octets.subarray(start, start + incoming.received(slot)),
        slot,
      };
    });

  const drain = (take: (datagram: Datagram) => void): void => {
    for (let round = 0; round < ROUNDS_MAX && !isClosed(); round += 1) {
      const count = calls.recvmmsg(fd, incoming.pointer, BATCH_MAX, MSG_DONTWAIT, null);
      if (count <= 0) return;
      current = readBatch(count);
      for (const datagram of current) take(datagram);
      current = [];
      flush();
      incoming.offerNames(count);
      if (count < BATCH_MAX) return;
    }
  };

  return {
    takeAll(client, message, take) {
      first = { client, message, slot: FIRST };
      take(first);
      first = undefined;
      // Its answer goes out before the next batch is read: there is room for one batch of answers.
      flush();
      drain(take);
    },
    answer(datagram, message) {
      const atHand = datagram.slot === FIRST ? first === datagram : current[datagram.slot] === datagram;
      if (!atHand || message.length > ANSWER_OCTETS_MAX) return false;
      const slot = waiting.length;
      const name = copyName(datagram, slot);
      if (name === undefined) return false;
      outgoing.octets.set(message, outgoing.dataAt(slot));
      outgoing.setLengths(slot, name, message.length);
      waiting.push({ client: datagram.client, octets: message.length });
      return true;
    },
  };
};
