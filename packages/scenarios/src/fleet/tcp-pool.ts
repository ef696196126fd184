import type { Clock } from '../run/clock.ts';
import { DELAY_MS } from './delays.ts';
import type { Flows } from './flows.ts';
import type { Pool } from './pool.ts';
import type { Servers } from './servers.ts';

/** As dns-cache has it (sockets/upstream-limits.ts): without an answer for so long, further questions go elsewhere; then the connection is taken for dead. */
const STALL_MS = 100;
const SILENCE_MS = 1000;
const CONNECTIONS_MAX = 8;

interface Connection {
  readonly backend: number;
  readonly openedMs: number;
  /** When the first question can go: the handshake is a way to and fro. */
  readonly readyMs: number;
  /** When each exchange that waits was asked, in this order. */
  readonly pending: Map<number, number>;
  heardMs: number;
  usedMs: number;
  state: 'usable' | 'suspect' | 'closed';
}

/**
 * Connections to one upstream, kept open and shared, as dns-cache's pool has them (sockets/upstream-pool.ts, upstream-connection.ts).
 * @param expireMs how long an idle one is kept
 */
export const tcpPool = (clock: Clock, flows: Flows, servers: Servers, expireMs: number): Pool => {
  const connections = new Set<Connection>();

  const open = (): Connection | undefined => {
    const backend = servers.choose();
    if (backend === undefined) return undefined;
    const { nowMs } = clock;
    const readyMs = nowMs + 2 * DELAY_MS.nodeToNode;
    const connection: Connection = { backend, openedMs: nowMs, readyMs, pending: new Map(), heardMs: nowMs, usedMs: nowMs, state: 'usable' };
    connections.add(connection);
    return connection;
  };
  const close = (connection: Connection): void => {
    if (!connections.delete(connection)) return;
    connection.state = 'closed';
    flows.connection(connection.openedMs, clock.nowMs);
  };
  /** Idle, it is kept for a while; unless it is not trusted. */
  const rest = (connection: Connection): void => {
    if (connection.pending.size > 0) return;
    if (connection.state === 'suspect') close(connection);
    const { nowMs } = clock;
    connection.usedMs = nowMs;
    clock.at(nowMs + expireMs, () => {
      if (connection.pending.size === 0 && connection.usedMs === nowMs) close(connection);
    });
  };
  const isStalled = ({ pending, heardMs }: Connection): boolean => {
    const [oldest = Infinity] = pending.values();
    return clock.nowMs - Math.max(heardMs, oldest) > STALL_MS;
  };
  /** The oldest connection that answers; else a new one, unless there are many, and then the least busy. */
  const choose = (): Connection | undefined => {
    const usable = [...connections].filter(({ state }) => state === 'usable');
    const calm = usable.find((connection) => !isStalled(connection));
    if (calm !== undefined) return calm;
    const [calmest] = usable.toSorted((one, other) => one.pending.size - other.pending.size);
    return connections.size >= CONNECTIONS_MAX ? (calmest ?? open()) : open();
  };
  const holding = (exchange: number): Connection | undefined => [...connections].find(({ pending }) => pending.has(exchange));

  return {
    ask({ exchange, message }, heard) {
      const connection = choose();
      if (connection === undefined) {
        clock.at(clock.nowMs, () => heard({ kind: 'failure', reason: 'refused' }));
        return;
      }
      connection.pending.set(exchange, clock.nowMs);
      connection.usedMs = clock.nowMs;
      clock.at(Math.max(clock.nowMs, connection.readyMs), () =>
        servers.ask(connection.backend, message, (reply) => {
          if (connection.state === 'closed') return;
          connection.heardMs = clock.nowMs;
          connection.state = 'usable';
          if (!connection.pending.delete(exchange)) return;
          heard({ kind: 'reply', message: reply });
          rest(connection);
        }),
      );
    },
    abandon(exchange) {
      const connection = holding(exchange);
      const askedMs = connection?.pending.get(exchange);
      if (connection === undefined || askedMs === undefined) return;
      connection.pending.delete(exchange);
      if (clock.nowMs - Math.max(connection.heardMs, askedMs) > SILENCE_MS) connection.state = 'suspect';
      rest(connection);
    },
    suspect(exchange) {
      const connection = holding(exchange);
      if (connection !== undefined) connection.state = 'suspect';
    },
    close() {
      for (const connection of connections) close(connection);
    },
  };
};
