import { newOctets } from '../message/octets.ts';

/** The two octets of length before each message over TCP (RFC 1035 §4.2.2). */

export const LENGTH_OCTETS = 2;

export const frame = (message: Uint8Array): Uint8Array => {
  const framed = newOctets(LENGTH_OCTETS + message.length);
  framed[0] = message.length >>> 8;
  framed[1] = message.length & 0xff;
  framed.set(message, LENGTH_OCTETS);
  return framed;
};

/** Cuts a stream into messages, however its segments fall. */
export interface Deframer {
  /** The messages that these octets complete, each in octets of its own. */
  push(octets: Uint8Array): readonly Uint8Array[];
  /** Is a message begun and not whole? */
  readonly partial: boolean;
}

/** Holds no more than what has come: a length that promises 64 KB costs nothing until they are there. */
export const createDeframer = (): Deframer => {
  let chunks: Uint8Array[] = [];
  let held = 0;

  /** Takes `count` octets that are there off the front. */
  const take = (count: number): Uint8Array => {
    const taken = newOctets(count);
    let filled = 0;
    while (filled < count) {
      const chunk = chunks[0] ?? new Uint8Array(0);
      const part = chunk.subarray(0, count - filled);
      taken.set(part, filled);
      filled += part.length;
      if (part.length === chunk.length) chunks.shift();
      else chunks[0] = chunk.subarray(part.length);
    }
    held -= count;
    return taken;
  };

  let awaited: number | undefined;
  return {
    push(octets) {
      if (octets.length > 0) chunks.push(octets);
      held += octets.length;
      const messages: Uint8Array[] = [];
      for (;;) {
        if (awaited === undefined) {
          if (held < LENGTH_OCTETS) break;
          const [high = 0, low = 0] = take(LENGTH_OCTETS);
          awaited = (high << 8) | low;
        }
        if (held < awaited) break;
        messages.push(take(awaited));
        awaited = undefined;
      }
      if (held === 0) chunks = [];
      return messages;
    },
    get partial() {
      return held > 0 || awaited !== undefined;
    },
  };
};
