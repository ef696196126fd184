import { HEADER_OCTETS } from './header.ts';
import { u8 } from './octets.ts';

/** Among how many threads names are shared out, and by which draw: whoever does not know the seed cannot choose names of one thread. */
export interface Share {
  /** From 1. */
  readonly threads: number;
  /** 32 bits. */
  readonly seed: number;
  /** What one of them writes here, all see; absent: nothing is shared. */
  readonly board?: SharedArrayBuffer;
}

export const BOARD_OCTETS = 1 << 19;

/** What one of the threads has. */
export interface OwnShare extends Share {
  /** From 0. */
  readonly own: number;
}

/** Who has no others has all names. */
export const WHOLE: OwnShare = { threads: 1, seed: 0, own: 0 };

/** Names that differ only behind this many octets have the same thread. */
export const SHARED_BY_OCTETS = 128;

/** FNV-1a, 32 bits. */
export const FNV_PRIME = 0x01000193;

/** What makes one letter of two cases. */
export const CASE_BIT = 0x20;

/**
 * The thread that has the name of a message's question, in either case. Each name has one thread, which alone asks for it and
 * keeps its answers; the kernel computes the same of each datagram (`loop/steering.ts`). A message without a whole name is the
 * first one's.
 */
export const threadOf = (message: Uint8Array, { threads, seed }: Share): number => {
  let hash = seed >>> 0;
  for (let at = HEADER_OCTETS; at < HEADER_OCTETS + SHARED_BY_OCTETS; at += 1) {
    if (at >= message.length) return 0;
    const octet = u8(message, at);
    if (octet === 0) break;
    hash = Math.imul(hash ^ (octet | CASE_BIT), FNV_PRIME) >>> 0;
  }
  return ((hash ^ (hash >>> 16)) >>> 0) % threads;
};
