import type { SystemCalls } from './system-calls.ts';

/*
 * Queries that are under way, written down outside the process: when it is killed, whoever goes on with its sockets finds what it
 * owed. Only those that could not be answered at once are in it, a slot each.
 */

/** A slot: the query's octets (0: free), the socket by its place among the inherited ones, the client's name, and the query. */
const AT = { octets: 0, socket: 2, nameOctets: 3, name: 4, query: 32 } as const;
const SLOT_OCTETS = 640;
const QUERY_OCTETS_MAX = SLOT_OCTETS - AT.query;
const NAME_OCTETS_MAX = AT.query - AT.name;

/** More at once are not written down. */
const SLOTS = 2048;

/** The whole of it. */
export const JOURNAL_OCTETS = SLOTS * SLOT_OCTETS;

/** One that somebody owed. */
export interface OwedQuery {
  readonly slot: number;
  readonly socket: number;
  /** A `struct sockaddr`. */
  readonly name: Uint8Array;
  readonly query: Uint8Array;
}

export interface Journal {
  /** Writes it down; -1 where there is no room for it. */
  put(socket: number, names: Uint8Array, nameAt: number, nameOctets: number, query: Uint8Array): number;
  /** It was answered, or is not to be. */
  settle(slot: number): void;
  /** What was owed when this process began. Each stays written down until it is settled. */
  readonly owed: readonly OwedQuery[];
}

/** @param fd of a file of `JOURNAL_OCTETS`, which outlives this process */
export const openJournal = (calls: SystemCalls, fd: number): Journal => {
  const { memory } = calls.allocate(SLOT_OCTETS);
  const slotMemory = new Uint8Array(memory);
  const view = new DataView(memory);
  const free: number[] = [];
  const owed: OwedQuery[] = [];
  for (let slot = SLOTS - 1; slot >= 0; slot -= 1) {
    const isThere = calls.pread(fd, slotMemory, SLOT_OCTETS, slot * SLOT_OCTETS) === SLOT_OCTETS && view.getUint16(AT.octets, true) > 0;
    if (!isThere) {
      free.push(slot);
      continue;
    }
    const octets = Math.min(view.getUint16(AT.octets, true), QUERY_OCTETS_MAX);
    const nameOctets = Math.min(view.getUint8(AT.nameOctets), NAME_OCTETS_MAX);
    owed.push({
      slot,
      socket: view.getUint8(AT.socket),
      name: slotMemory.slice(AT.name, AT.name + nameOctets),
      query: slotMemory.slice(AT.query, AT.query + octets),
    });
  }
  const nothing = new Uint8Array(calls.allocate(AT.socket).memory);

  return {
    owed,
    put(socket, names, nameAt, nameOctets, query) {
      if (query.length > QUERY_OCTETS_MAX || nameOctets > NAME_OCTETS_MAX) return -1;
      const slot = free.pop();
      if (slot === undefined) return -1;
      view.setUint16(AT.octets, query.length, true);
      view.setUint8(AT.socket, socket);
      view.setUint8(AT.nameOctets, nameOctets);
      slotMemory.set(names.subarray(nameAt, nameAt + nameOctets), AT.name);
      slotMemory.set(query, AT.query);
      const octets = AT.query + query.length;
      if (calls.pwrite(fd, slotMemory, octets, slot * SLOT_OCTETS) === octets) return slot;
      free.push(slot);
      return -1;
    },
    settle(slot) {
      if (slot < 0) return;
      calls.pwrite(fd, nothing, AT.socket, slot * SLOT_OCTETS);
      free.push(slot);
    },
  };
};
