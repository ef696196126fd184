import type { Socket } from 'node:net';
import { connect } from 'node:net';
import type { Endpoint } from '../address.ts';
import { endpointText } from '../address.ts';
import type { FailureReason } from '../engine/effect.ts';
import type { Ask, ExchangeEvent } from '../server/runtime.ts';
import { failureReason } from './failure.ts';
import { createDeframer, frame } from './framing.ts';
import { UPSTREAM_IDLE_MS, UPSTREAM_PIPELINE_MAX } from './limits.ts';
import type { UpstreamExchange } from './udp-upstream.ts';

/** A question in flight. */
interface Pending {
  readonly message: Uint8Array;
  readonly heard: (event: ExchangeEvent) => void;
  /** The connection that it is in flight on. */
  connection: Connection | undefined;
  /** Sent again already, after a kept connection turned out to be closed. */
  again: boolean;
}

/** A kept connection to an upstream with the questions in flight on it, by their IDs. */
interface Connection {
  readonly pending: Map<number, Pending>;
  ask(id: number, pending: Pending): void;
  /** Stops waiting for a reply. A connection that was silent for too long takes no new questions. */
  abandon(question: Pending): void;
  readonly usable: boolean;
  destroy(): void;
}

const idOf = (message: Uint8Array): number => ((message[0] ?? 0) << 8) | (message[1] ?? 0);

const openConnection = (
  upstream: Endpoint,
  lost: (unanswered: readonly Pending[], reason: FailureReason, hadServed: boolean) => void,
): Connection => {
  const socket: Socket = connect({ host: upstream.address, port: upstream.port, noDelay: true });
  const deframer = createDeframer();
  const pending = new Map<number, Pending>();
  let usable = true;
  let served = false;
  let reason: FailureReason = 'closed';
  let idle: NodeJS.Timeout | undefined;

  const rest = (): void => {
    if (pending.size > 0) return;
    if (!usable) socket.destroy();
    else idle = setTimeout(() => socket.destroy(), UPSTREAM_IDLE_MS);
  };

  socket.on('data', (bytes) => {
    for (const message of deframer.push(bytes)) {
      const waiting = pending.get(idOf(message));
      // An ID that nobody waits for is a late reply to an abandoned question.
      if (waiting === undefined) continue;
      pending.delete(idOf(message));
      served = true;
      waiting.heard({ kind: 'reply', message });
      rest();
    }
  });
  socket.on('error', (error) => {
    reason = failureReason(error);
  });
  socket.on('end', () => socket.destroy());
  socket.on('close', () => {
    usable = false;
    clearTimeout(idle);
    const unanswered = [...pending.values()];
    pending.clear();
    lost(unanswered, reason, served);
  });

  return {
    pending,
    ask(id, question) {
      clearTimeout(idle);
      pending.set(id, question);
      socket.write(frame(question.message));
    },
    abandon(question) {
      const id = idOf(question.message);
      // Answered already, and the ID may be another question's by now.
      if (pending.get(id) !== question) return;
      pending.delete(id);
      usable = false;
      rest();
    },
    get usable() {
      return usable;
    },
    destroy: () => socket.destroy(),
  };
};

/** Connections to upstreams, kept open and shared: several questions in flight on each (RFC 7766 §6.2.1.1). */
export interface TcpUpstreams {
  ask(ask: Ask, heard: (event: ExchangeEvent) => void): UpstreamExchange;
  close(): void;
}

export const createTcpUpstreams = (): TcpUpstreams => {
  const pools = new Map<string, Set<Connection>>();

  const open = (upstream: Endpoint, pool: Set<Connection>): Connection => {
    const connection = openConnection(upstream, (unanswered, reason, hadServed) => {
      pool.delete(connection);
      for (const question of unanswered) {
        // A kept connection that the upstream had closed says nothing about the upstream (RFC 7766 §6.2.4).
        if (hadServed && !question.again) {
          question.again = true;
          send(upstream, question);
        } else question.heard({ kind: 'failure', reason });
      }
    });
    pool.add(connection);
    return connection;
  };

  const send = (upstream: Endpoint, question: Pending): void => {
    const label = endpointText(upstream);
    const pool = pools.get(label) ?? new Set<Connection>();
    pools.set(label, pool);
    const id = idOf(question.message);
    // Replies are told apart by their IDs, so that an ID is in flight once on a connection.
    const fits = ({ usable, pending }: Connection): boolean =>
      usable && pending.size < UPSTREAM_PIPELINE_MAX && !pending.has(id);
    const connection = [...pool].find(fits) ?? open(upstream, pool);
    question.connection = connection;
    connection.ask(id, question);
  };

  return {
    ask({ upstream, message }, heard) {
      const question: Pending = { message, heard, connection: undefined, again: false };
      send(upstream, question);
      return { close: () => question.connection?.abandon(question) };
    },
    close() {
      for (const pool of pools.values()) for (const connection of pool) connection.destroy();
    },
  };
};
