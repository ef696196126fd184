import type { SystemCalls } from './system-calls.ts';

/*
 * Memory for a batch of datagrams, laid out as recvmmsg(2) and sendmmsg(2) want it:
 *
 *   headers   struct mmsghdr, 64 octets: pointer to name, its length, pointer to iovec, how many, ..., octets moved
 *   vectors   struct iovec, 16 octets: pointer to data, its length
 *   names     sockaddr_in or sockaddr_in6 in 32 octets
 *   data      the datagrams
 */

const HEADER_OCTETS = 64;
const VECTOR_OCTETS = 16;
const NAME_OCTETS = 32;

const HEADER = { nameLength: 8, vectors: 16, vectorCount: 24, moved: 56 } as const;

export const BATCH_MAX = 64;

/** The longest datagram there is; memory is only touched as far as it is used. */
export const DATAGRAM_OCTETS_MAX = 65_535;

/** From one to the next: were it a power of two, all of them would want the same lines of the processor's caches. */
const DATA_STRIDE = 65_536 + 256;

export interface Arena {
  /** What the system call is given. */
  readonly pointer: unknown;
  readonly octets: Uint8Array;
  readonly view: DataView;
  readonly nameAt: (slot: number) => number;
  readonly dataAt: (slot: number) => number;
  /** How many octets came. */
  readonly received: (slot: number) => number;
  /** How much of the name and of the data is to be used. */
  readonly setLengths: (slot: number, name: number, data: number) => void;
  readonly lengths: (slot: number) => { readonly name: number; readonly data: number };
  /** The room for a name, as the kernel wants to know before each call. */
  readonly offerNames: (count: number) => void;
}

export const createArena = (calls: SystemCalls): Arena => {
  const [vectors, names] = [BATCH_MAX * HEADER_OCTETS, BATCH_MAX * (HEADER_OCTETS + VECTOR_OCTETS)];
  const data = names + BATCH_MAX * NAME_OCTETS;
  const { pointer, address, memory } = calls.allocate(data + BATCH_MAX * DATA_STRIDE);
  const view = new DataView(memory);
  const nameAt = (slot: number): number => names + slot * NAME_OCTETS;
  const dataAt = (slot: number): number => data + slot * DATA_STRIDE;
  const offer = (slot: number): void => view.setUint32(slot * HEADER_OCTETS + HEADER.nameLength, NAME_OCTETS, true);
  for (let slot = 0; slot < BATCH_MAX; slot += 1) {
    const header = slot * HEADER_OCTETS;
    const vector = vectors + slot * VECTOR_OCTETS;
    view.setBigUint64(header, address + BigInt(nameAt(slot)), true);
    view.setBigUint64(header + HEADER.vectors, address + BigInt(vector), true);
    view.setBigUint64(header + HEADER.vectorCount, 1n, true);
    view.setBigUint64(vector, address + BigInt(dataAt(slot)), true);
    view.setBigUint64(vector + 8, BigInt(DATAGRAM_OCTETS_MAX), true);
    offer(slot);
  }
  return {
    pointer,
    octets: new Uint8Array(memory),
    view,
    nameAt,
    dataAt,
    received: (slot) => view.getUint32(slot * HEADER_OCTETS + HEADER.moved, true),
    setLengths(slot, name, length) {
      view.setUint32(slot * HEADER_OCTETS + HEADER.nameLength, name, true);
      // The upper half of the length stays zero.
      view.setUint32(vectors + slot * VECTOR_OCTETS + 8, length, true);
    },
    lengths: (slot) => ({
      name: view.getUint32(slot * HEADER_OCTETS + HEADER.nameLength, true),
      data: view.getUint32(vectors + slot * VECTOR_OCTETS + 8, true),
    }),
    offerNames(count) {
      for (let slot = 0; slot < count; slot += 1) offer(slot);
    },
  };
};
