import { TCP_FLAG } from '@nodelocal/netfilter-sim';
import type { TcpPacket } from '@nodelocal/netfilter-sim';

/**
 * Enough TCP for DNS: handshake, whole messages in one segment each, acknowledgements, the end by FIN or RST, and sequence
 * numbers that stand up to conntrack's window check. What is sent again, and when, `retransmission.ts` says.
 */
export interface TcpEnd {
  readonly state: 'closed' | 'listening' | 'syn-sent' | 'syn-received' | 'established' | 'fin-sent' | 'last-ack';
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

/** Opens a connection; messages wait until it stands. */
export const connect = (sequence: number): TcpStep => {
  const end: TcpEnd = { state: 'syn-sent', sequence, acknowledgement: 0, outbox: [] };
  return { end: { ...end, sequence: advanced(sequence, 1) }, send: [segment(end, TCP_FLAG.SYN)], received: [] };
};

export const sendMessage = (end: TcpEnd, message: Uint8Array): TcpStep =>
  end.state === 'established'
    ? flush({ ...end, outbox: [...end.outbox, message] }, [], [])
    : { end: { ...end, outbox: [...end.outbox, message] }, send: [], received: [] };

/** Ends the connection from this side; one that does not stand yet is forgotten. */
export const finish = (end: TcpEnd): TcpStep => {
  if (end.state !== 'established') return { end: { ...end, state: 'closed' }, send: [], received: [] };
  const sent = segment(end, TCP_FLAG.FIN | TCP_FLAG.ACK);
  return { end: { ...end, state: 'fin-sent', sequence: advanced(end.sequence, 1) }, send: [sent], received: [] };
};

/** What a host says to a segment that is of no connection (RFC 9293 §3.10.7.1); to RST it says nothing. */
export const resetFor = ({ flags, acknowledgement, sequence, payloadBytes }: TcpPacket): Segment | undefined => {
  if ((flags & TCP_FLAG.RST) !== 0) return undefined;
  const isAnswer = (flags & TCP_FLAG.ACK) !== 0;
  const taken = payloadBytes + ((flags & (TCP_FLAG.SYN | TCP_FLAG.FIN)) === 0 ? 0 : 1);
  const end = { sequence: isAnswer ? acknowledgement : 0, acknowledgement: isAnswer ? 0 : advanced(sequence, taken) };
  return { ...segment({ state: 'closed', outbox: [], ...end }, TCP_FLAG.RST | (isAnswer ? 0 : TCP_FLAG.ACK)), window: 0 };
};

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
      // A SYN that comes again is answered by the SYN/ACK that goes out again.
      return has(TCP_FLAG.SYN) ? ignored : takeData({ ...end, state: 'established' }, packet);
    case 'established':
      return has(TCP_FLAG.SYN) ? { ...ignored, send: [segment(end, TCP_FLAG.ACK)] } : takeData(end, packet);
    case 'fin-sent': {
      if (!has(TCP_FLAG.FIN)) return ignored;
      const over: TcpEnd = { ...end, state: 'closed', acknowledgement: advanced(packet.sequence, packet.payloadBytes + 1) };
      return { end: over, send: [segment(over, TCP_FLAG.ACK)], received: [] };
    }
    case 'last-ack':
      return { end: { ...end, state: 'closed' }, send: [], received: [] };
  }
};

const takeData = (end: TcpEnd, packet: TcpPacket): TcpStep => {
  const { payload } = packet;
  const isNext = packet.sequence === end.acknowledgement;
  if (isNext && (packet.flags & TCP_FLAG.FIN) !== 0) {
    const last: TcpEnd = { ...end, state: 'last-ack', acknowledgement: advanced(packet.sequence, packet.payloadBytes + 1) };
    return { end: { ...last, sequence: advanced(last.sequence, 1) }, send: [segment(last, TCP_FLAG.FIN | TCP_FLAG.ACK)], received: [] };
  }
  if (payload === undefined || payload.length === 0) return flush(end, [], []);
  // What came before, or before what is missing, is not taken: it is said once more what is expected.
  if (!isNext) return { end, send: [segment(end, TCP_FLAG.ACK)], received: [] };
  const now: TcpEnd = { ...end, acknowledgement: advanced(packet.sequence, payload.length) };
  return flush(now, [segment(now, TCP_FLAG.ACK)], [payload.slice(2)]);
};
