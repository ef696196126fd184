import { performance } from 'node:perf_hooks';
import { createNumbered } from '../engine/numbered.ts';
import type { ExchangeEvent } from '../engine/runtime.ts';
import { lowerCase } from '../message/name.ts';
import { u8 } from '../message/octets.ts';
import type { Failure } from './failure.ts';
import { createDeframer, frame, LENGTH_OCTETS } from './framing.ts';
import { whenRead } from './node-turn.ts';
import { UPSTREAM_PIPELINE_MAX, UPSTREAM_SILENCE_MS, UPSTREAM_STALL_MS, UPSTREAM_UNASKED_MAX } from './upstream-limits.ts';
import type { Dial } from './upstream-stream.ts';
import { createWatchdog } from './watchdog.ts';

/** A question in flight. */
export interface Question {
  readonly message: Uint8Array;
  readonly heard: (event: ExchangeEvent) => void;
  /** The connection that it is in flight on. */
  connection: Connection | undefined;
  /** Its ID there: its own, unless another question has that one. */
  id: number;
  /** When it was put there, and whether others had been there before. */
  askedAt: number;
  wasReused: boolean;
  /** Sent again already, after a kept connection turned out to be closed. */
  again: boolean;
}

export interface ConnectionOptions {
  readonly dial: Dial;
  readonly expireMs: number;
  readonly maxAgeMs: number;
  /** It is for one question, and closed behind its reply. */
  readonly isSingle: boolean;
  /** Whether to keep it now that nothing is in flight. */
  readonly isWanted: () => boolean;
  readonly lost: (closing: Closing) => void;
}

/** How a connection ended. */
export interface Closing {
  readonly unanswered: readonly Question[];
  readonly failure: Failure;
  /** It had come about. */
  readonly wasReady: boolean;
  /** How many replies it brought, and when the last of them. */
  readonly replies: number;
  readonly heardAt: number;
}

/** A connection to an upstream with the questions in flight on it, told apart by their IDs, each in flight once. */
export interface Connection {
  readonly inFlight: number;
  readonly isIdle: boolean;
  /** May further questions be put here? */
  readonly isOpen: boolean;
  /** Has it brought nothing for a while, though questions wait? Others should be asked elsewhere. */
  readonly isStalled: boolean;
  ask(question: Question): void;
  /** Stops waiting for a reply. */
  abandon(question: Question): void;
  /** Takes no more questions unless it is heard of again. */
  suspect(): void;
  destroy(): void;
}

const HEADER_OCTETS = 12;

const idOf = (message: Uint8Array): number => ((message[0] ?? 0) << 8) | (message[1] ?? 0);

const setId = (message: Uint8Array, id: number): void => {
  message[0] = id >>> 8;
  message[1] = id & 0xff;
};

/** Type and class of a question. */
const QUESTION_FIXED_OCTETS = 4;

/** Where the name of the question that we wrote ends. */
const nameEnd = (message: Uint8Array): number => {
  let at = HEADER_OCTETS;
  for (let length = message[at] ?? 0; length !== 0; length = message[at] ?? 0) at += length + 1;
  return at + 1;
};

/** RFC 7766 §7: a reply belongs to the question with its ID only if it repeats it; errors may come without. */
const answers = (reply: Uint8Array, asked: Uint8Array): boolean => {
  if (reply.length < HEADER_OCTETS) return false;
  const hasQuestion = reply[4] !== 0 || reply[5] !== 0;
  if (!hasQuestion) return reply.length === HEADER_OCTETS;
  const end = nameEnd(asked);
  for (let at = HEADER_OCTETS; at < end; at += 1) if (lowerCase(u8(reply, at)) !== lowerCase(u8(asked, at))) return false;
  for (let at = end; at < end + QUESTION_FIXED_OCTETS; at += 1) if (reply[at] !== asked[at]) return false;
  return true;
};

export const createConnection = (options: ConnectionOptions): Connection => {
  const deframer = createDeframer();
  const pending = createNumbered<Question>();
  const openedAt = performance.now();
  let state: 'usable' | 'suspect' | 'closed' = 'usable';
  let isReady = false;
  let isUsed = false;
  let heardAt = openedAt;
  let replies = 0;
  let unasked = 0;
  let failure: Failure = { reason: 'closed' };
  let busySince = openedAt;
  let idleSince = openedAt;
  let isStalled = false;

  const stall = createWatchdog(
    UPSTREAM_STALL_MS,
    () => (pending.size > 0 ? Math.max(heardAt, busySince) : undefined),
    () => {
      const before = heardAt;
      // What is there to be read is read first, before the connection is blamed for a loop that was busy.
      whenRead(() => {
        isStalled = pending.size > 0 && heardAt === before;
      });
    },
  );
  const expiry = createWatchdog(options.expireMs, () => (pending.size > 0 ? undefined : idleSince), () => stream.destroy());

  const isTooOld = (): boolean => performance.now() - openedAt >= options.maxAgeMs;
  const silentSince = (question: Question): number => performance.now() - Math.max(heardAt, question.askedAt);

  const rest = (): void => {
    if (pending.size > 0 || state === 'closed') return;
    if (state !== 'usable' || options.isSingle || isTooOld() || !options.isWanted()) stream.destroy();
    else {
      idleSince = performance.now();
      expiry.watch();
    }
  };

  const receive = (message: Uint8Array): void => {
    const waiting = pending.get(idOf(message));
    if (waiting === undefined || !answers(message, waiting.message)) {
      // Late replies to abandoned questions come so; a stream of nothing else does not.
      unasked += 1;
      if (unasked > UPSTREAM_UNASKED_MAX) stream.destroy();
      return;
    }
    unasked = 0;
    heardAt = performance.now();
    replies += 1;
    isStalled = false;
    stall.watch();
    if (state === 'suspect') state = 'usable';
    pending.delete(idOf(message));
    setId(message, idOf(waiting.message));
    waiting.heard({ kind: 'reply', message });
    rest();
  };

  const stream = options.dial({
    ready() {
      isReady = true;
    },
    heard(octets) {
      for (const message of deframer.push(octets)) receive(message);
      if (pending.size > 0 && state !== 'closed') stream.acknowledge();
    },
    failed(found) {
      failure = found;
    },
    closed() {
      state = 'closed';
      expiry.stop();
      stall.stop();
      const unanswered = pending.values().toSorted((one, other) => one.askedAt - other.askedAt);
      for (const { id } of unanswered) pending.delete(id);
      options.lost({ unanswered, failure, wasReady: isReady, replies, heardAt });
    },
  });

  return {
    get inFlight() {
      return pending.size;
    },
    get isIdle() {
      return pending.size === 0 && state === 'usable';
    },
    get isOpen() {
      return state === 'usable' && !options.isSingle && !stream.isDestroyed && !isTooOld() && pending.size < UPSTREAM_PIPELINE_MAX;
    },
    get isStalled() {
      return isStalled;
    },
    ask(question) {
      question.connection = this;
      question.askedAt = performance.now();
      if (pending.size === 0) {
        isStalled = false;
        busySince = question.askedAt;
        stall.watch();
      }
      question.wasReused = isUsed;
      isUsed = true;
      question.id = idOf(question.message);
      while (pending.get(question.id) !== undefined) question.id = (question.id + 1) & 0xffff;
      pending.set(question.id, question);
      const framed = frame(question.message);
      setId(framed.subarray(LENGTH_OCTETS), question.id);
      stream.write(framed);
    },
    abandon(question) {
      // Answered already, and the ID may be another question's by now.
      if (pending.get(question.id) !== question) return;
      pending.delete(question.id);
      if (silentSince(question) > UPSTREAM_SILENCE_MS && state === 'usable') state = 'suspect';
      rest();
    },
    suspect() {
      if (state === 'usable') state = 'suspect';
    },
    destroy: () => stream.destroy(),
  };
};
