import type { Instant } from '../time.ts';
import type { Tuple } from './tuple.ts';

export type Direction = 'original' | 'reply';

/** Bits of `enum ip_conntrack_status` (include/uapi/linux/netfilter/nf_conntrack_common.h). */
export interface Status {
  readonly expected: boolean;
  readonly seenReply: boolean;
  readonly assured: boolean;
  readonly confirmed: boolean;
  /** A source (destination) translation changed a tuple. */
  readonly sourceNat: boolean;
  readonly destinationNat: boolean;
  /** The decision was made, even if it changed nothing. */
  readonly sourceNatDone: boolean;
  readonly destinationNatDone: boolean;
  readonly dying: boolean;
  readonly fixedTimeout: boolean;
  readonly natClash: boolean;
}

/** What a match sees of an entry; the conntrack room keeps more. */
export interface EntryView {
  readonly original: Tuple;
  readonly reply: Tuple;
  readonly status: Status;
  readonly mark: number;
  /** Bits of the connlabel extension that are set. */
  readonly labels: readonly number[];
  readonly zone: number;
  readonly helper?: string;
  readonly expiresAt: Instant;
}
