import { TCP_FLAG } from '@nodelocal/netfilter-sim';
import type { Segment } from './tcp.ts';

/** Segments that were sent and are not acknowledged, oldest first, and how often they went out again. */
export interface Unacknowledged {
  readonly segments: readonly Segment[];
  readonly retries: number;
}

export const NOTHING_SENT: Unacknowledged = { segments: [], retries: 0 };

/** Retries of Linux: of a SYN (tcp_syn_retries), of a SYN/ACK (tcp_synack_retries), of anything else (tcp_retries2). */
const RETRIES = { syn: 6, synAck: 5, data: 15 } as const;
/** First waits: TCP_TIMEOUT_INIT, and TCP_RTO_MIN, as round trips here are short; none is longer than TCP_RTO_MAX. */
const FIRST_MS = { syn: 1000, data: 200 } as const;
const LONGEST_MS = 120_000;

const isSyn = ({ flags }: Segment): boolean => (flags & TCP_FLAG.SYN) !== 0;

/** It takes room in the sequence, so it is acknowledged. */
const isAcknowledged = ({ flags, payloadBytes }: Segment): boolean => payloadBytes > 0 || (flags & (TCP_FLAG.SYN | TCP_FLAG.FIN)) !== 0;

export const afterSending = ({ segments, retries }: Unacknowledged, sent: readonly Segment[]): Unacknowledged => ({
  segments: [...segments, ...sent.filter(isAcknowledged)],
  retries: segments.length === 0 ? 0 : retries,
});

const endOf = ({ sequence, payloadBytes, flags }: Segment): number => (sequence + payloadBytes + ((flags & (TCP_FLAG.SYN | TCP_FLAG.FIN)) === 0 ? 0 : 1)) >>> 0;

/** Sequence numbers run around. */
const isBehind = (sequence: number, acknowledgement: number): boolean => ((acknowledgement - sequence) >>> 0) < 2 ** 31;

export const afterAcknowledgement = (before: Unacknowledged, acknowledgement: number): Unacknowledged => {
  const segments = before.segments.filter((segment) => !isBehind(endOf(segment), acknowledgement));
  return segments.length === before.segments.length ? before : { segments, retries: 0 };
};

/** How long the oldest is waited for; `undefined`: nothing is, or it has been sent often enough. */
export const patienceMs = ({ segments, retries }: Unacknowledged): number | undefined => {
  const [oldest] = segments;
  if (oldest === undefined || retries > retriesOf(oldest)) return undefined;
  return Math.min(LONGEST_MS, (isSyn(oldest) ? FIRST_MS.syn : FIRST_MS.data) * 2 ** retries);
};

const retriesOf = (segment: Segment): number => {
  if (!isSyn(segment)) return RETRIES.data;
  return (segment.flags & TCP_FLAG.ACK) === 0 ? RETRIES.syn : RETRIES.synAck;
};

/** It was sent as often as it is, and once more waited for. */
export const isGivenUp = ({ segments, retries }: Unacknowledged): boolean => {
  const [oldest] = segments;
  return oldest !== undefined && retries >= retriesOf(oldest);
};
