import type { Socket } from 'node:net';
import { controlFrame } from '../../src/dnstap/frames.ts';

/** What a reader of dnstap makes of a stream: it says that it listens, and keeps what comes. */
export interface TapReader {
  /** `ready`, `start` and `stop` as they came, and the payloads of data frames. */
  readonly controls: readonly number[];
  readonly payloads: readonly Uint8Array[];
}

export const readTaps = (socket: Socket): TapReader => {
  const controls: number[] = [];
  const payloads: Uint8Array[] = [];
  let rest = Buffer.alloc(0);
  socket.on('error', () => undefined);
  socket.on('data', (octets) => {
    rest = Buffer.concat([rest, octets]);
    for (;;) {
      const isControl = rest.length >= 8 && rest.readUInt32BE(0) === 0;
      const start = isControl ? 8 : 4;
      if (rest.length < start) return;
      const end = start + rest.readUInt32BE(start - 4);
      if (rest.length < end) return;
      if (isControl) {
        const kind = rest.readUInt32BE(8);
        controls.push(kind);
        if (kind === 4) socket.write(controlFrame('accept'));
        if (kind === 3) socket.end(controlFrame('finish'));
      } else payloads.push(Uint8Array.from(rest.subarray(start, end)));
      rest = rest.subarray(end);
    }
  });
  return { controls, payloads };
};
