import type { Duration, Instant } from '../../time.ts';
import type { Accounting } from './accounting.ts';
import type { TcpTracking } from './tcp-tracking.ts';
import type { Tuple, Direction } from './tuple.ts';

/** Bits of `enum ip_conntrack_status` (include/uapi/linux/netfilter/nf_conntrack_common.h). */
export interface Status {
  /** A helper had announced it (IPS_EXPECTED); never here, as helpers do nothing. */
  readonly expected: boolean;
  /** A packet went the other way (IPS_SEEN_REPLY). */
  readonly seenReply: boolean;
  /** Both sides have spoken: it is not the first to go where the table is full (IPS_ASSURED). */
  readonly assured: boolean;
  /** It is in the table (IPS_CONFIRMED). */
  readonly confirmed: boolean;
  /** A source (destination) translation changed a tuple. */
  readonly sourceNat: boolean;
  /** As `sourceNat`. */
  readonly destinationNat: boolean;
  /** The decision was made, even if it changed nothing. */
  readonly sourceNatDone: boolean;
  /** As `sourceNatDone`. */
  readonly destinationNatDone: boolean;
  /** It was deleted (IPS_DYING). */
  readonly dying: boolean;
  /** Packets do not prolong its life (IPS_FIXED_TIMEOUT). */
  readonly fixedTimeout: boolean;
  /** It lost a clash, and is kept for replies only (IPS_NAT_CLASH). */
  readonly natClash: boolean;
  /** A flowtable carries its packets past all hooks. */
  readonly offloaded: boolean;
}

/** What a match sees of an entry; the conntrack room keeps more. */
export interface EntryView {
  readonly original: Tuple;
  readonly reply: Tuple;
  readonly status: Status;
  /** `CONNMARK`, 32 bits unsigned; 0: none. */
  readonly mark: number;
  /** Bits of the connlabel extension that are set. */
  readonly labels: readonly number[];
  /** 0 to 65535. */
  readonly zone: number;
  /** The helper's name in the kernel (`ftp`); absent: none. Helpers do nothing here. */
  readonly helper?: string;
  /** Absent: nobody counted when it began (`nf_conntrack_acct`). */
  readonly accounting?: Accounting;
  readonly expiresAt: Instant;
}

/** The name of an entry in its table, never given twice. */
export type EntryId = number;

/** What a protocol's machine remembers of a connection. */
export type Tracking =
  | { readonly kind: 'udp'; streamAt: Instant }
  | TcpTracking
  | { readonly kind: 'icmp' }
  | { readonly kind: 'generic' };

/** `struct nf_conn`. Fields without `readonly` change while packets pass. */
export interface Entry extends EntryView {
  readonly id: EntryId;
  readonly original: Tuple;
  reply: Tuple;
  readonly status: { -readonly [Flag in keyof Status]: Status[Flag] };
  /** 32 bits unsigned. */
  mark: number;
  /** Bits of the connlabel extension that are set, 0 to 127. */
  labels: number[];
  /** Which directions the zone tells apart (`--zone-orig`, `--zone-reply`). */
  readonly zoneDirection: 'both' | Direction;
  readonly tracking: Tracking;
  /** Before confirmation, how long it shall live from then on. */
  timeout: Duration;
  /** Meaningful once confirmed. */
  expiresAt: Instant;
  /** Output device whose address MASQUERADE took; going elsewhere ends the connection. */
  masqueradeDevice?: string;
  /** The source port (or ICMP id) after translation was drawn, not kept. */
  portDrawn: boolean;
  /** How many packets in flight carry it; an unconfirmed entry ends with the last (`ct_general.use`). */
  references: number;
}

/** Names the protocol state as `conntrack -L` prints it; only TCP has one here. */
export const trackingState = (entry: Entry): string | undefined =>
  entry.tracking.kind === 'tcp' ? entry.tracking.state : undefined;
