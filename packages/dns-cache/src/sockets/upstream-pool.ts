import { performance } from 'node:perf_hooks';
import type { ConnectionSettings } from '../engine/effect.ts';
import type { Pool } from './pool.ts';
import type { Closing, Connection, Question } from './upstream-connection.ts';
import { createConnection } from './upstream-connection.ts';
import { UPSTREAM_CONNECTIONS_MAX, UPSTREAM_SINGLE_MS, UPSTREAM_SINGLES_MAX } from './upstream-limits.ts';
import type { Dial } from './upstream-stream.ts';

/**
 * Connections to one upstream, kept open and shared: several questions in flight on each (RFC 7766 §6.2.1.1).
 * @param dialled told of each question whether a connection stood ready for it
 */
export const createPool = (
  dial: Dial,
  { expireMs, maxAgeMs, idleMax }: ConnectionSettings,
  dialled: (reused: boolean) => void,
): Pool => {
  const connections = new Set<Connection>();
  /** Questions for connections of their own, of which there are too many. */
  const waiting = new Set<Question>();
  let singleUntil = Number.NEGATIVE_INFINITY;

  const open = (isSingle: boolean): Connection => {
    const connection = createConnection({
      dial,
      expireMs,
      maxAgeMs,
      isSingle,
      isWanted: () => connections.size <= idleMax || [...connections].filter(({ isIdle }) => isIdle).length <= idleMax,
      lost(closing) {
        connections.delete(connection);
        moveOn(closing);
        for (const question of waiting) {
          if (connections.size >= UPSTREAM_SINGLES_MAX) break;
          waiting.delete(question);
          askAlone(question);
        }
      },
    });
    connections.add(connection);
    return connection;
  };

  const askAlone = (question: Question): void => {
    if (connections.size >= UPSTREAM_SINGLES_MAX) {
      waiting.add(question);
      return;
    }
    dialled(false);
    open(true).ask(question);
  };

  /**
   * That a kept connection was closed says nothing about the upstream (RFC 7766 §6.2.4), but others may have been closed
   * with it: what was in flight goes to a new one, once. Who closes behind a reply with more to answer may take one
   * question on each connection, and gets them so.
   */
  const moveOn = ({ unanswered, failure, wasReady, replies, heardAt }: Closing): void => {
    const isPassedOver = ({ askedAt }: Question): boolean => replies > 0 && askedAt <= heardAt;
    if (replies === 1 && unanswered.some(isPassedOver)) singleUntil = performance.now() + UPSTREAM_SINGLE_MS;
    let fresh: Connection | undefined;
    for (const question of unanswered) {
      if (isPassedOver(question)) {
        askAlone(question);
        continue;
      }
      if (!wasReady || !question.wasReused || question.again) {
        question.heard({ kind: 'failure', ...failure });
        continue;
      }
      question.again = true;
      dialled(fresh !== undefined);
      fresh ??= open(false);
      fresh.ask(question);
    }
  };

  /** The oldest connection that answers; else a new one, unless there are many, and then the least busy. */
  const choose = (): Connection | undefined => {
    let calmest: Connection | undefined;
    for (const connection of connections) {
      if (!connection.isOpen) continue;
      if (!connection.isStalled) return connection;
      if (calmest === undefined || connection.inFlight < calmest.inFlight) calmest = connection;
    }
    return connections.size < UPSTREAM_CONNECTIONS_MAX ? undefined : calmest;
  };

  const askShared = (question: Question): void => {
    const chosen = choose();
    dialled(chosen !== undefined);
    (chosen ?? open(false)).ask(question);
  };

  return {
    ask(message, heard) {
      const question: Question = { message, heard, connection: undefined, id: 0, askedAt: 0, wasReused: false, again: false };
      if (performance.now() < singleUntil) askAlone(question);
      else askShared(question);
      return {
        close() {
          waiting.delete(question);
          question.connection?.abandon(question);
        },
        suspect: () => question.connection?.suspect(),
      };
    },
    get isEmpty() {
      return connections.size === 0;
    },
    close() {
      waiting.clear();
      for (const connection of connections) connection.destroy();
    },
  };
};
