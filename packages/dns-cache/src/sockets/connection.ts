import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { Timeouts } from '../plugin/timeouts.ts';
import { createDeframer, frame } from './framing.ts';
import { TCP_PENDING_MAX, TCP_UNREAD_OCTETS_MAX } from './limits.ts';
import { yieldToNode } from './node-turn.ts';
import { peerOf } from './peer.ts';
import type { Received } from './listener.ts';

const HEADER_OCTETS = 12;

/** What a stopping server tells a connection: read no more, close when nothing is owed. */
export interface Connection {
  finish(): void;
}

/** Takes queries off a stream and writes their answers to it, in whatever order they come. */
export const serveConnection = (
  socket: Socket,
  receive: (received: Received) => void,
  { readMs, writeMs, idleMs, queriesMax = Number.POSITIVE_INFINITY }: Timeouts,
): Connection => {
  const client = peerOf(socket.remoteAddress, socket.remotePort);
  const local = peerOf(socket.localAddress, socket.localPort);
  const deframer = createDeframer();
  let pending = 0;
  let taken = 0;
  let finished = false;
  let deadline: NodeJS.Timeout | undefined;

  const expectWithin = (ms: number): void => {
    clearTimeout(deadline);
    deadline = setTimeout(() => socket.destroy(), ms);
  };
  const settle = (): void => {
    yieldToNode();
    if (finished && pending === 0) socket.end();
    else if (pending < TCP_PENDING_MAX) socket.resume();
  };
  const drop = (): void => {
    pending -= 1;
    settle();
  };
  const answer = (message: Uint8Array): void => {
    pending -= 1;
    if (socket.destroyed) return;
    const flushed = socket.write(frame(message));
    if (socket.writableLength > TCP_UNREAD_OCTETS_MAX) socket.destroy();
    if (!flushed) expectDrained();
    settle();
  };
  let unread: NodeJS.Timeout | undefined;
  const expectDrained = (): void => {
    unread ??= setTimeout(() => socket.destroy(), writeMs);
  };
  socket.on('drain', () => {
    clearTimeout(unread);
    unread = undefined;
  });
  const finish = (): void => {
    finished = true;
    expectWithin(idleMs);
    settle();
  };

  expectWithin(readMs);
  socket.on('data', (bytes) => {
    if (finished) return;
    const receivedAt = performance.now();
    const wasPartial = deframer.partial;
    const messages = deframer.push(bytes);
    for (const message of messages) {
      // Not even a header: whoever sends this does not speak DNS, and there is no ID to answer to.
      if (message.length < HEADER_OCTETS) {
        socket.destroy();
        return;
      }
      pending += 1;
      taken += 1;
      receive({ client, local, receivedAt, message, answer, drop });
    }
    if (taken >= queriesMax) {
      finish();
      return;
    }
    if (pending >= TCP_PENDING_MAX) socket.pause();
    // Octets that trickle in do not move the deadline of the message they belong to.
    if (messages.length > 0 || !wasPartial) expectWithin(deframer.partial ? readMs : idleMs);
  });
  // The client has asked its last question; it still reads answers (RFC 7766 §6.2.4).
  socket.on('end', finish);
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    clearTimeout(deadline);
    clearTimeout(unread);
  });
  return { finish };
};
