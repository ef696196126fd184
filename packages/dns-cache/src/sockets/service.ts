import { randomInt } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { Endpoint } from '../address.ts';
import type { Corefile } from '../corefile/corefile.ts';
import type { CacheEffect, Effect, ServedEffect, LogLevel, ServerEvent } from '../engine/effect.ts';
import type { Transport } from '../message/answer.ts';
import type { NameServer } from '../server/name-server.ts';
import { createNameServer } from '../server/name-server.ts';
import { STOP_GRACE_MS } from './limits.ts';
import { listenTcp } from './tcp-listener.ts';
import type { Listener, Received } from './udp-listener.ts';
import { listenUdp } from './udp-listener.ts';
import { createUpstreams } from './upstreams.ts';

export interface ServiceOptions {
  readonly corefile: Corefile;
  readonly port: number;
  readonly readFile: (path: string) => string;
  readonly log: (level: LogLevel, line: string) => void;
  /** Told what becomes of queries, and what the caches do. */
  readonly observe?: (effect: CacheEffect | ServedEffect) => void;
}

/** A name server on real sockets. */
export interface Service {
  readonly listeners: readonly Endpoint[];
  /** The zones and where they are served, sorted. */
  readonly served: readonly string[];
  /** Takes no more queries, answers those that came, then lets go of everything. */
  stop(): Promise<void>;
}

/** Random numbers that a forger cannot foresee (RFC 5452 §9.2). */
const RANDOM_STEPS = 2 ** 47;
const unpredictable = (): number => randomInt(RANDOM_STEPS) / RANDOM_STEPS;

/** Listens over TCP first: a UDP port can be shared without anyone noticing, a TCP port cannot. */
const listenEverywhere = async (
  endpoints: readonly Endpoint[],
  receive: (transport: Transport) => (received: Received) => void,
): Promise<readonly Listener[]> => {
  const listeners: Listener[] = [];
  try {
    for (const endpoint of endpoints) listeners.push(await listenTcp(endpoint, receive('tcp')));
    for (const endpoint of endpoints) listeners.push(await listenUdp(endpoint, receive('udp')));
  } catch (error) {
    for (const listener of listeners) listener.close();
    throw error;
  }
  return listeners;
};

/** @throws CorefileError, ListenError */
export const startService = async (options: ServiceOptions): Promise<Service> => {
  const server: NameServer = createNameServer({ ...options, random: unpredictable });
  const owed = new Map<number, Received>();
  const upstreams = createUpstreams((metric) => apply(metric));
  let lastQuery = 0;
  let timer: NodeJS.Timeout | undefined;
  let idle = (): void => undefined;

  const settle = (query: number): Received | undefined => {
    const received = owed.get(query);
    owed.delete(query);
    if (owed.size === 0) idle();
    return received;
  };

  const apply = (effect: Effect): void => {
    switch (effect.kind) {
      case 'answer':
        settle(effect.query)?.answer(effect.message);
        return;
      case 'drop':
        settle(effect.query)?.drop();
        return;
      case 'ask':
        upstreams.ask(effect, (event) => dispatch({ ...event, exchange: effect.exchange }));
        return;
      case 'abandon':
        upstreams.abandon(effect.exchange);
        return;
      case 'log':
        options.log(effect.level, effect.line);
        return;
      case 'metric':
        return;
      case 'served':
      case 'cache':
        options.observe?.(effect);
    }
  };

  const dispatch = (event: ServerEvent): void => {
    for (const effect of server.handle(event, performance.now())) apply(effect);
    clearTimeout(timer);
    const next = server.nextTimeout();
    if (next === undefined) return;
    timer = setTimeout(() => dispatch({ kind: 'timeout' }), Math.max(0, next - performance.now()));
  };

  const receive =
    (transport: Transport) =>
    (received: Received): void => {
      lastQuery += 1;
      owed.set(lastQuery, received);
      const { client, local, receivedAt, message } = received;
      dispatch({ kind: 'query', query: lastQuery, transport, receivedAt, client, local, message });
    };

  const listeners = await listenEverywhere(server.listeners, receive);

  const allAnswered = (): Promise<void> =>
    new Promise((resolve) => {
      const grace = setTimeout(resolve, STOP_GRACE_MS);
      idle = () => {
        clearTimeout(grace);
        resolve();
      };
      if (owed.size === 0) idle();
    });

  return {
    listeners: server.listeners,
    served: server.served,
    async stop() {
      for (const listener of listeners) listener.pause();
      await allAnswered();
      clearTimeout(timer);
      upstreams.close();
      // One turn of the loop lets the last answers leave their sockets.
      await new Promise((resolve) => setImmediate(resolve));
      for (const listener of listeners) listener.close();
    },
  };
};
