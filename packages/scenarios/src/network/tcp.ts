import { TCP_FLAG } from '@nodelocal/netfilter-sim';
import type { TcpPacket } from '@nodelocal/netfilter-sim';

/**
 * Enough TCP for DNS over a network that loses nothing in between: handshake, whole messages in one
 * segment each, acknowledgements, and sequence numbers that stand up to conntrack's window check.
 */
export interface TcpEnd {
  readonly state: 'closed' | 'listening' | 'syn-sent' | 'syn-received' | 'established';
  /** Next octet to send, and next expected. */
  readonly sequence: number;
  readonly acknowledgement: number;
  /** Messages that wait for the handshake. */
  readonly outbox: readonly Uint8Array[];
}

/** What an end sends, before it has addresses. */
export type Segment = Pick<TcpPacket, 'flags' | 'sequence' | 'acknowledgement' | 'window' | 'payloadBytes' | 'options'> & {
  readonly payload?: Uint8Array;
};

export interface TcpStep {
  readonly end: TcpEnd;
  readonly send: readonly Segment[];
  /** DNS messages that arrived, without their length. */
  readonly received: readonly Uint8Array[];
}

const WINDOW = 64_240;
const OPTIONS = { maximumSegmentSize: 1460, selectiveAcknowledgementPermitted: true, windowScale: 7 } as const;

const segment = (end: TcpEnd, flags: number, payload?: Uint8Array): Segment => ({
  flags,
  sequence: end.sequence,
  acknowledgement: (flags & TCP_FLAG.ACK) === 0 ? 0 : end.acknowledgement,
  window: WINDOW,
  payloadBytes: payload?.length ?? 0,
  options: (flags & TCP_FLAG.SYN) === 0 ? {} : OPTIONS,
  ...(payload === undefined ? {} : { payload }),
});

const advanced = (sequence: number, by: number): number => (sequence + by) >>> 0;

/** RFC 1035 §4.2.2: two octets of length in front. */
const framed = (message: Uint8Array): Uint8Array => {
  const frame = new Uint8Array(message.length + 2);
  frame[0] = message.length >> 8;
  frame[1] = message.length & 255;
  frame.set(message, 2);
  return frame;
};

export const listen = (sequence: number): TcpEnd => ({ state: 'listening', sequence, acknowledgement: 0, outbox: [] });

/** Opens a connection and sends a message as soon as it stands. */
export const connect = (sequence: number, message: Uint8Array): TcpStep => {
  const end: TcpEnd = { state: 'syn-sent', sequence, acknowledgement: 0, outbox: [message] };
  return { end: { ...end, sequence: advanced(sequence, 1) }, send: [segment(end, TCP_FLAG.SYN)], received: [] };
};

export const sendMessage = (end: TcpEnd, message: Uint8Array): TcpStep =>
  end.state === 'established'
    ? flush({ ...end, outbox: [...end.outbox, message] }, [], [])
    : { end: { ...end, outbox: [...end.outbox, message] }, send: [], received: [] };

const flush = (end: TcpEnd, before: readonly Segment[], received: readonly Uint8Array[]): TcpStep => {
  const send = [...before];
  let now = end;
  for (const message of end.outbox) {
    const payload = framed(message);
    send.push(segment(now, TCP_FLAG.PSH | TCP_FLAG.ACK, payload));
    now = { ...now, sequence: advanced(now.sequence, payload.length) };
  }
  return { end: { ...now, outbox: [] }, send, received };
};

export const receiveSegment = (end: TcpEnd, packet: TcpPacket): TcpStep => {
  const has = (flag: number): boolean => (packet.flags & flag) !== 0;
  const ignored: TcpStep = { end, send: [], received: [] };
  if (has(TCP_FLAG.RST)) return { end: { ...end, state: 'closed' }, send: [], received: [] };
  switch (end.state) {
    case 'closed':
      return ignored;
    case 'listening': {
      if (!has(TCP_FLAG.SYN)) return ignored;
      const opened: TcpEnd = { ...end, state: 'syn-received', acknowledgement: advanced(packet.sequence, 1) };
      const answer = segment(opened, TCP_FLAG.SYN | TCP_FLAG.ACK);
      return { end: { ...opened, sequence: advanced(end.sequence, 1) }, send: [answer], received: [] };
    }
    case 'syn-sent': {
      if (!has(TCP_FLAG.SYN) || !has(TCP_FLAG.ACK)) return ignored;
      const now: TcpEnd = { ...end, state: 'established', acknowledgement: advanced(packet.sequence, 1) };
      return flush(now, [segment(now, TCP_FLAG.ACK)], []);
    }
    case 'syn-received':
    case 'established':
      return takeData({ ...end, state: 'established' }, packet);
  }
};

const takeData = (end: TcpEnd, packet: TcpPacket): TcpStep => {
  const { payload } = packet;
  if (payload === undefined || payload.length === 0) return flush(end, [], []);
  const now: TcpEnd = { ...end, acknowledgement: advanced(packet.sequence, payload.length) };
  return flush(now, [segment(now, TCP_FLAG.ACK)], [payload.slice(2)]);
};
