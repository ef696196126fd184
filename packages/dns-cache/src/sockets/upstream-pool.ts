import type { ConnectionSettings } from '../engine/effect.ts';
import type { ExchangeEvent } from '../engine/runtime.ts';
import type { UpstreamExchange } from './udp-upstream.ts';
import type { Connection, Question } from './upstream-connection.ts';
import { createConnection } from './upstream-connection.ts';
import { UPSTREAM_CONNECTIONS_MAX } from './upstream-limits.ts';
import type { Wire } from './upstream-wire.ts';

/** Connections to one upstream, kept open and shared: several questions in flight on each (RFC 7766 §6.2.1.1). */
export interface Pool {
  ask(message: Uint8Array, insteadOf: UpstreamExchange | undefined, heard: (event: ExchangeEvent) => void): UpstreamExchange;
  /** Has it no connections, so that nothing is lost but a TLS session when it is forgotten? */
  readonly isEmpty: boolean;
  close(): void;
}

/** @param dialled told of each question whether a connection stood ready for it. */
export const createPool = (
  wire: Wire,
  { expireMs, maxAgeMs, idleMax }: ConnectionSettings,
  dialled: (reused: boolean) => void,
): Pool => {
  const { dial, ready, failureOf } = wire;
  const connections = new Set<Connection>();
  const questions = new WeakMap<UpstreamExchange, Question>();

  const open = (): Connection => {
    const connection = createConnection({
      socket: dial(),
      ready,
      failureOf,
      expireMs,
      maxAgeMs,
      isWanted: () => [...connections].filter(({ isIdle }) => isIdle).length <= idleMax,
      lost(unanswered, failure, wasReady) {
        connections.delete(connection);
        // That a kept connection was closed says nothing about the upstream (RFC 7766 §6.2.4), but others may have
        // been closed with it: what was in flight goes to a new one, once.
        let fresh: Connection | undefined;
        for (const question of unanswered) {
          if (!wasReady || !question.wasReused || question.again) {
            question.heard({ kind: 'failure', ...failure });
            continue;
          }
          question.again = true;
          dialled(fresh !== undefined);
          fresh ??= open();
          fresh.ask(question);
        }
      },
    });
    connections.add(connection);
    return connection;
  };

  /** The oldest connection that answers; else a new one, unless there are many, and then the least busy. */
  const choose = (): Connection | undefined => {
    const usable = [...connections].filter(({ isOpen }) => isOpen);
    const flowing = usable.find(({ isStalled }) => !isStalled);
    if (flowing !== undefined || connections.size < UPSTREAM_CONNECTIONS_MAX) return flowing;
    return usable.toSorted((a, b) => a.inFlight - b.inFlight)[0];
  };

  return {
    ask(message, insteadOf, heard) {
      if (insteadOf !== undefined) questions.get(insteadOf)?.connection?.suspect();
      const unsent = { connection: undefined, id: 0, askedAt: 0, wasReused: false, again: false };
      const question: Question = { message, heard, ...unsent };
      const chosen = choose();
      dialled(chosen !== undefined);
      (chosen ?? open()).ask(question);
      const exchange: UpstreamExchange = { close: () => question.connection?.abandon(question) };
      questions.set(exchange, question);
      return exchange;
    },
    get isEmpty() {
      return connections.size === 0;
    },
    close() {
      for (const connection of connections) connection.destroy();
    },
  };
};
