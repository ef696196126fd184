import type { Direction } from './tuple.ts';

/** `enum tcp_conntrack`, in the columns' order of the table in `protocol/tcp-states.ts`. */
export const TCP_STATES = [
  'NONE',
  'SYN_SENT',
  'SYN_RECV',
  'ESTABLISHED',
  'FIN_WAIT',
  'CLOSE_WAIT',
  'LAST_ACK',
  'TIME_WAIT',
  'CLOSE',
  'SYN_SENT2',
] as const;
/** The states of a tracked TCP connection (`enum tcp_conntrack`, include/uapi/linux/netfilter/nf_conntrack_tcp.h). */
export type TcpState = (typeof TCP_STATES)[number];

/** What a segment's flags make of it; the first that is set counts (`get_conntrack_index`). */
export type SegmentKind = 'rst' | 'synack' | 'syn' | 'fin' | 'ack' | 'none';

/** What one side has shown of its window (`struct ip_ct_tcp_state`). Sequence numbers wrap at 2³². */
export interface TcpSide {
  /** Sequence number behind the last octet that it sent. */
  end: number;
  /** Behind the last octet that the other side allows. */
  endMax: number;
  /** The largest window it has offered; 0 until its first segment. */
  windowMax: number;
  scale: number;
  ackMax: number | undefined;
  offersScale: boolean;
  liberal: boolean;
  dataUnacknowledged: boolean;
  closeInitiated: boolean;
}

/** The segment seen last, for retransmissions and for segments that were let pass unseen. */
export interface LastSegment {
  kind: SegmentKind;
  direction: Direction;
  sequence: number;
  acknowledgement: number;
  end: number;
  window: number;
}

/** What is kept of a TCP connection, to tell which segments fit (`struct ip_ct_tcp`). */
export interface TcpWindows {
  state: TcpState;
  readonly sides: Readonly<Record<Direction, TcpSide>>;
  readonly last: LastSegment;
  retransmissions: number;
}

/** What is remembered of a TCP connection (`struct ip_ct_tcp`). */
export interface TcpTracking extends TcpWindows {
  readonly kind: 'tcp';
  simultaneousOpen: boolean;
  /** A SYN was let through in LAST_ACK: the next ACK may be a challenge (RFC 5961 §4.2). */
  challengeExpected: boolean;
  /** Window scale that an ignored SYN offered. */
  ignoredScale: number | undefined;
}
