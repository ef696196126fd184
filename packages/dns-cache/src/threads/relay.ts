import { performance } from 'node:perf_hooks';
import { createNumbered } from '../engine/numbered.ts';
import type { Link } from '../message/link.ts';
import { aloneOctets } from '../message/octets.ts';
import type { Received } from '../sockets/listener.ts';
import type { RelayedQuery } from './protocol.ts';

/** Queries that the main thread took and others answer. */
export interface Relay {
  /** What to tell the thread. */
  take(link: Link['kind'], thread: number, received: Received): RelayedQuery;
  answer(query: number, message: Uint8Array): void;
  drop(query: number): void;
  /** Those that a thread has not answered yet. */
  owedBy(thread: number): readonly RelayedQuery[];
  /** Resolves once nothing is owed. */
  drained(): Promise<void>;
}

interface Owed {
  readonly thread: number;
  readonly received: Received;
  readonly relayed: RelayedQuery;
}

export const createRelay = (): Relay => {
  const owed = createNumbered<Owed>();
  let last = 0;
  let idle = (): void => undefined;

  const settle = (query: number): Received | undefined => {
    const found = owed.get(query);
    owed.delete(query);
    if (owed.size === 0) idle();
    return found?.received;
  };

  return {
    take(link, thread, received) {
      last += 1;
      const { client, local, message } = received;
      const receivedAt = performance.timeOrigin + received.receivedAt;
      const relayed: RelayedQuery = { query: last, link, client, local, receivedAt, message: aloneOctets(message) };
      owed.set(last, { thread, received, relayed });
      return relayed;
    },
    answer: (query, message) => settle(query)?.answer(message),
    drop: (query) => settle(query)?.drop(),
    owedBy: (thread) => owed.values().flatMap((one) => (one.thread === thread ? [one.relayed] : [])),
    drained: () =>
      new Promise((resolve) => {
        idle = resolve;
        if (owed.size === 0) resolve();
      }),
  };
};
