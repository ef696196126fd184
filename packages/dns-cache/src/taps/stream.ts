import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { controlFrame, createControlReader, dataFrame } from '../dnstap/frames.ts';
import { FAREWELL_MS, HANDSHAKE_MS } from './limits.ts';

/** A stream of messages to one reader, over a socket that is connected. */
export interface TapStream {
  /** The reader has said that it listens. */
  readonly isReady: boolean;
  /** What waits to be written, in octets. */
  readonly backlogOctets: number;
  write(payloads: readonly Uint8Array[]): void;
  /** Says that this is the end, waits a little to hear that all has arrived, and closes. */
  end(): Promise<void>;
  destroy(): void;
}

interface TapStreamEvents {
  readonly ready: () => void;
  /** What was written has left; there is room for more. */
  readonly drained: () => void;
  /** Nothing more is to be had of it. */
  readonly closed: (reason: string) => void;
}

/** Tells a reader what travels, has it say that it takes that, and sends (Frame Streams, in both directions). */
export const openTapStream = (socket: Socket, events: TapStreamEvents): TapStream => {
  const read = createControlReader();
  let state: 'greeting' | 'open' | 'ending' | 'closed' = 'greeting';
  let reason = 'the other side has closed it';

  const fail = (why: string): void => {
    reason = why;
    socket.destroy();
  };

  const closed = new Promise<void>((done) => socket.once('close', () => done()));
  const patience = setTimeout(() => fail('nobody has said that it listens'), HANDSHAKE_MS).unref();
  socket.on('data', (octets) => {
    for (const heard of read(octets)) {
      if (heard === 'accept' && state === 'greeting') {
        state = 'open';
        clearTimeout(patience);
        socket.write(controlFrame('start'));
        events.ready();
      } else if (heard === 'finish') socket.destroy();
      else fail('what listens there does not read dnstap');
    }
  });
  socket.on('drain', events.drained);
  socket.on('error', (error) => {
    reason = error.message;
  });
  socket.on('close', () => {
    clearTimeout(patience);
    state = 'closed';
    events.closed(reason);
  });
  socket.write(controlFrame('ready'));

  return {
    get isReady() {
      return state === 'open';
    },
    get backlogOctets() {
      return socket.writableLength;
    },
    write(payloads) {
      socket.write(Buffer.concat(payloads.map(dataFrame)));
    },
    async end() {
      if (state === 'open') {
        state = 'ending';
        socket.write(controlFrame('stop'));
        await Promise.race([closed, sleep(FAREWELL_MS, undefined, { ref: false })]);
      }
      socket.destroy();
    },
    destroy() {
      state = 'closed';
      socket.destroy();
    },
  };
};
