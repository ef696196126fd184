import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeQuery } from '@nodelocal/dns-cache';
import { framed } from '../support/loopback.ts';

/** A client over TCP that sends what it likes and remembers what came. */
export interface Stream {
  readonly socket: Socket;
  /** The messages so far, and in the order in which they came. */
  readonly messages: readonly Uint8Array[];
  /** Resolves with how long it took in ms; rejects where the server keeps the connection for longer. */
  closedWithin(ms: number): Promise<number>;
  /** Waits for this many messages in all. */
  received(count: number, ms?: number): Promise<readonly Uint8Array[]>;
}

/** Looks every 5 ms. */
export const waitFor = async (what: string, ms: number, done: () => boolean): Promise<void> => {
  for (const end = performance.now() + ms; !done(); await new Promise((resolve) => setTimeout(resolve, 5))) {
    if (performance.now() > end) throw new Error(`${what}: not within ${ms} ms`);
  }
};

/** Cuts what comes on a socket into messages from now on. */
export const streamOf = (socket: Socket): Stream => {
  const began = performance.now();
  let ended = Number.POSITIVE_INFINITY;
  let chunks: Buffer[] = [];
  const messages: Uint8Array[] = [];
  const cut = (): void => {
    let stream = Buffer.concat(chunks);
    while (stream.length >= 2 && stream.length >= 2 + stream.readUInt16BE(0)) {
      const end = 2 + stream.readUInt16BE(0);
      messages.push(new Uint8Array(stream.subarray(2, end)));
      stream = stream.subarray(end);
    }
    chunks = [stream];
  };
  const over = (): void => {
    ended = Math.min(ended, performance.now());
  };
  socket.on('data', (bytes) => {
    chunks.push(bytes);
    cut();
  });
  for (const event of ['end', 'close', 'error']) socket.on(event, over);
  return {
    socket,
    messages,
    async closedWithin(ms) {
      await waitFor('closed', ms, () => ended < Number.POSITIVE_INFINITY);
      return ended - began;
    },
    async received(count, ms = 6000) {
      await waitFor(`${count} messages (${messages.length} came)`, ms, () => messages.length >= count);
      return messages;
    },
  };
};

export const openStream = async (port: number, options: { readonly allowHalfOpen?: boolean } = {}): Promise<Stream> => {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true, ...options });
  await once(socket, 'connect');
  return streamOf(socket);
};

/** A query ready for the stream. */
export const query = (id: number, name: string): Uint8Array => framed(encodeQuery({ id, name, type: 'A' }));

/** Sends these pieces with a pause between, each as a segment of its own. */
export const sendSlowly = async ({ socket }: Stream, pieces: readonly Uint8Array[], pauseMs: number): Promise<void> => {
  for (const piece of pieces) {
    if (socket.destroyed || !socket.writable) return;
    socket.write(piece);
    await sleep(pauseMs);
  }
};

/** Octet by octet. */
export const single = (bytes: Uint8Array): readonly Uint8Array[] => [...bytes].map((octet) => Uint8Array.of(octet));
