import { TCP_FLAG } from '@nodelocal/netfilter-sim';
import type { CapturedEnd, Segment } from '../packet.ts';

/** The messages that segments bring, each behind its length (RFC 7766 §8). */
export interface Streams {
  /** @param where the device: the same segment may pass several. */
  take(where: string, segment: Segment & { readonly from: CapturedEnd; readonly to: CapturedEnd }): readonly Uint8Array[];
}

interface Stream {
  /** What is expected next; `undefined` where its beginning was not seen. */
  next: number | undefined;
  octets: Uint8Array;
  /** What came before its time, by where it belongs. */
  readonly early: Map<number, Uint8Array>;
}

const SPACE = 2 ** 32;

/** How far `to` is behind `from`, negative where it is before. */
const distance = (from: number, to: number): number => ((to - from + SPACE * 1.5) % SPACE) - SPACE / 2;

export const createStreams = (): Streams => {
  const streams = new Map<string, Stream>();
  return {
    take(where, { from, to, flags, sequence, payload }) {
      const key = `${where} ${from.address} ${from.port} ${to.address} ${to.port}`;
      const opens = (flags & TCP_FLAG.SYN) !== 0;
      const known = opens ? undefined : streams.get(key);
      const stream: Stream = known ?? { next: opens ? (sequence + 1) % SPACE : undefined, octets: new Uint8Array(), early: new Map() };
      streams.set(key, stream);
      if (payload.length === 0) return [];
      // Where a capture begins in the middle, its first segment is taken for the beginning of a message.
      stream.next ??= sequence;
      stream.early.set(sequence, payload);
      while (takeNext(stream));
      return messagesIn(stream);
    },
  };
};

/** Takes over a segment that begins where the stream ends, or before: then it was sent again in part. */
const takeNext = (stream: Stream): boolean => {
  for (const [sequence, payload] of stream.early) {
    const known = -distance(stream.next ?? sequence, sequence);
    if (known < 0) continue;
    stream.early.delete(sequence);
    if (known >= payload.length) continue;
    stream.octets = joined(stream.octets, payload.subarray(known));
    stream.next = (sequence + payload.length) % SPACE;
    return true;
  }
  return false;
};

const joined = (one: Uint8Array, other: Uint8Array): Uint8Array => {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
};

const messagesIn = (stream: Stream): readonly Uint8Array[] => {
  const messages: Uint8Array[] = [];
  for (;;) {
    const { octets } = stream;
    const end = 2 + ((octets[0] ?? 0) << 8) + (octets[1] ?? 0);
    if (octets.length < 2 || octets.length < end) return messages;
    messages.push(octets.slice(2, end));
    stream.octets = octets.subarray(end);
  }
};
