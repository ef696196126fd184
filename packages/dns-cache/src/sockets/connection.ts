import { performance } from 'node:perf_hooks';
import type { Timeouts } from '../plugin/timeouts.ts';
import type { ClientEvents, ClientStream } from './client-stream.ts';
import { createDeframer, frame } from './framing.ts';
import { TCP_PENDING_MAX, TCP_UNREAD_OCTETS_MAX } from './limits.ts';
import type { Received } from './listener.ts';

const HEADER_OCTETS = 12;

/** What a stopping server tells a connection: read no more, close when nothing is owed. */
export interface Connection extends ClientEvents {
  finish(): void;
}

/** Takes queries off a stream and writes their answers to it, in whatever order they come. */
export const serveConnection = (
  stream: ClientStream,
  receive: (received: Received) => void,
  { readMs, writeMs, idleMs, queriesMax = Number.POSITIVE_INFINITY }: Timeouts,
): Connection => {
  const { client, local } = stream;
  const deframer = createDeframer();
  let pending = 0;
  let taken = 0;
  let finished = false;
  let deadline: NodeJS.Timeout | undefined;
  let unread: NodeJS.Timeout | undefined;

  const expectWithin = (ms: number): void => {
    clearTimeout(deadline);
    deadline = setTimeout(() => stream.destroy(), ms);
  };
  const settle = (): void => {
    if (finished && pending === 0) stream.end();
    else if (pending < TCP_PENDING_MAX) stream.resume();
  };
  const drop = (): void => {
    pending -= 1;
    settle();
  };
  const answer = (message: Uint8Array): void => {
    pending -= 1;
    if (stream.isDestroyed) return;
    stream.write(frame(message));
    if (stream.unsentOctets > TCP_UNREAD_OCTETS_MAX) stream.destroy();
    settle();
  };
  const finish = (): void => {
    finished = true;
    expectWithin(idleMs);
    settle();
  };

  expectWithin(readMs);
  return {
    finish,
    heard(octets) {
      if (finished) return;
      const receivedAt = performance.now();
      const wasPartial = deframer.partial;
      const messages = deframer.push(octets);
      for (const message of messages) {
        // Not even a header: whoever sends this does not speak DNS, and there is no ID to answer to.
        if (message.length < HEADER_OCTETS) {
          stream.destroy();
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
      if (pending >= TCP_PENDING_MAX) stream.pause();
      // Octets that trickle in do not move the deadline of the message they belong to.
      if (messages.length > 0 || !wasPartial) expectWithin(deframer.partial ? readMs : idleMs);
    },
    // It has asked its last question (RFC 7766 §6.2.4).
    ended: finish,
    blocked() {
      unread ??= setTimeout(() => stream.destroy(), writeMs);
    },
    drained() {
      clearTimeout(unread);
      unread = undefined;
    },
    closed() {
      clearTimeout(deadline);
      clearTimeout(unread);
    },
  };
};
