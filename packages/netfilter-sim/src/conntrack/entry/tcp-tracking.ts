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
  /** Sequence number behind the last octet that the other side allows. */
  endMax: number;
  /** The largest window it has offered; 0 until its first segment. */
  windowMax: number;
  /** By how many bits its windows are shifted: 0 to 14 (RFC 7323, 2.3). */
  scale: number;
  /** The highest acknowledgement number that it has sent; `undefined`: none yet. */
  ackMax: number | undefined;
  /** Its SYN had a window scale option. */
  offersScale: boolean;
  /** Segments outside its window count as inside: it was picked up in the middle. */
  liberal: boolean;
  /** It has sent what the other side has not acknowledged. */
  dataUnacknowledged: boolean;
  /** Its FIN was the first. */
  closeInitiated: boolean;
}

/** The segment seen last, for retransmissions and for segments that were let pass unseen. */
export interface LastSegment {
  kind: SegmentKind;
  direction: Direction;
  /** As the segment said it, 32 bits unsigned. */
  sequence: number;
  /** As the segment said it, 32 bits unsigned. */
  acknowledgement: number;
  /** Sequence number behind its last octet; SYN and FIN count as one each. */
  end: number;
  /** Before scaling, 0 to 65535. */
  window: number;
}

/** What is kept of a TCP connection, to tell which segments fit (`struct ip_ct_tcp`). */
export interface TcpWindows {
  state: TcpState;
  readonly sides: Readonly<Record<Direction, TcpSide>>;
  readonly last: LastSegment;
  /** How often the last segment came again. */
  retransmissions: number;
}

/** What is remembered of a TCP connection (`struct ip_ct_tcp`). */
export interface TcpTracking extends TcpWindows {
  readonly kind: 'tcp';
  /** Both sides sent a SYN (IP_CT_TCP_SIMULTANEOUS_OPEN). */
  simultaneousOpen: boolean;
  /** A SYN was let through in LAST_ACK: the next ACK may be a challenge (RFC 5961 §4.2). */
  challengeExpected: boolean;
  /** Window scale that an ignored SYN offered, 0 to 14; `undefined`: it offered none. */
  ignoredScale: number | undefined;
}
