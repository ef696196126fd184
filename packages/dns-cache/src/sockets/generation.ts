import { performance } from 'node:perf_hooks';
import { encodeTap } from '../dnstap/message.ts';
import type { Effect, LogLevel, ServerEvent } from '../engine/effect.ts';
import { createNumbered } from '../engine/numbered.ts';
import type { ExchangeEvent } from '../engine/runtime.ts';
import { writeError } from '../message/answer.ts';
import type { Link } from '../message/link.ts';
import { UDP_LINK } from '../message/link.ts';
import { RCODE } from '../message/numbers.ts';
import { readQuery } from '../message/query.ts';
import type { Facility } from '../plugin/facility.ts';
import type { NameServer } from '../server/name-server.ts';
import type { Datagram } from '../server/shortcut.ts';
import { STALL_MS, STOP_GRACE_MS } from './limits.ts';
import type { Received } from './listener.ts';
import { UNHEARD } from './listener.ts';
import { whenRead, yieldToNode } from './node-turn.ts';
import type { Upstreams } from './upstreams.ts';

export interface GenerationOptions {
  readonly server: NameServer;
  readonly log: (level: LogLevel, line: string) => void;
  /** Told everything that the server did, for metrics. */
  readonly observe: (effect: Effect) => void;
  /** Told of messages, in dnstap's form, and for whom. */
  readonly tapped: (sink: string, payload: Uint8Array) => void;
  readonly upstreams: Upstreams;
}

/** One configuration at work: a name server, what it owes to clients, and what it waits for from upstreams. */
export interface Generation {
  readonly server: NameServer;
  /** Writes an answer that is at hand, and gives its length; 0 where it is not, `UNHEARD` where there will be none. */
  answerAtOnce(datagram: Datagram): number;
  take(transport: Link['kind'], received: Received): void;
  /** It has waited for too long, or too many with it. */
  shed(received: Received): void;
  tell(event: Extract<ServerEvent, { kind: 'file' | 'start' }>): void;
  /** Resolves once it owes nothing, or has waited for long enough. */
  drained(): Promise<void>;
  close(): void;
}

const eventOf = (exchange: number, event: ExchangeEvent): ServerEvent =>
  event.kind === 'reply' ? { kind: 'reply', exchange, message: event.message } : { ...event, exchange };

export const createGeneration = ({ server, log, observe, tapped, upstreams }: GenerationOptions): Generation => {
  const owed = createNumbered<Received>();
  let lastQuery = 0;
  /** The last query, while it is handed over: most are answered at once. */
  let taken: Received | undefined;
  let timer: NodeJS.Timeout | undefined;
  let timerAt = Number.POSITIVE_INFINITY;
  let isReading = false;
  let stalledUntil = Number.NEGATIVE_INFINITY;
  let closed = false;
  let idle = (): void => undefined;

  const settle = (query: number): Received | undefined => {
    if (query === lastQuery && taken !== undefined) {
      const received = taken;
      taken = undefined;
      return received;
    }
    const received = owed.get(query);
    owed.delete(query);
    if (owed.size === 0) idle();
    return received;
  };

  const hear = (exchange: number, event: ExchangeEvent): void => dispatch(eventOf(exchange, event));

  const apply = (effect: Effect): void => {
    observe(effect);
    switch (effect.kind) {
      case 'answer':
        settle(effect.query)?.answer(effect.message);
        return;
      case 'drop':
        settle(effect.query)?.drop();
        return;
      case 'ask':
        upstreams.ask(effect, hear);
        return;
      case 'abandon':
        upstreams.abandon(effect.exchange);
        return;
      case 'log':
        log(effect.level, effect.line);
        return;
      case 'tap':
        tapped(effect.tap.sink, encodeTap(effect, performance.timeOrigin));
        return;
      case 'metric':
      case 'served':
      case 'cache':
    }
  };

  const asks = (wanted: Facility['kind']): boolean => server.facilities.some(({ kind }) => kind === wanted);

  /**
   * A bug in the server must not take the node's DNS away: one query fails, and the log and the metrics tell of it.
   * Under `debug` it ends the process, as it does in CoreDNS.
   */
  const tellPanic = (during: ServerEvent['kind'], error: unknown): void => {
    if (asks('debug')) throw error;
    observe({ kind: 'metric', metric: 'coredns_panics_total', labels: [], value: 1 });
    const stack = error instanceof Error && asks('stacktrace') ? error.stack : undefined;
    const what = stack ?? String(error);
    log('error', `[ERROR] Recovered from panic in server: ${during}: ${what}`);
  };

  const recover = (event: ServerEvent, error: unknown): void => {
    tellPanic(event.kind, error);
    if (event.kind !== 'query') return;
    const read = readQuery(event.message);
    if (read.kind === 'query') settle(event.query)?.answer(writeError(read.query, RCODE.SERVFAIL, UDP_LINK));
    else settle(event.query)?.drop();
  };

  /** What lies in the sockets is read before a deadline is believed. */
  const readFirst = (): void => {
    isReading = true;
    whenRead(() => {
      isReading = false;
      timerAt = Number.POSITIVE_INFINITY;
      dispatch({ kind: 'timeout' });
    });
  };

  /** A timer that is too early stays: it costs less than to set another one behind every answer. */
  const schedule = (): void => {
    const next = closed ? undefined : server.nextTimeout();
    if (isReading || (next !== undefined && timerAt <= next)) return;
    clearTimeout(timer);
    timerAt = next ?? Number.POSITIVE_INFINITY;
    if (next !== undefined) timer = setTimeout(readFirst, Math.max(0, next - performance.now()));
  };

  /** Stopped, or busy with one thing for so long: what is overdue since then could not be seen to come. */
  const noteStall = (now: number): void => {
    const ms = now - Math.max(timerAt, stalledUntil);
    if (ms < STALL_MS) return;
    stalledUntil = now;
    server.handle({ kind: 'stalled', ms }, now);
  };

  const dispatch = (event: ServerEvent): void => {
    if (closed) return;
    const now = performance.now();
    noteStall(now);
    try {
      for (const effect of server.handle(event, now)) apply(effect);
    } catch (error) {
      recover(event, error);
    }
    schedule();
  };

  return {
    server,
    answerAtOnce(datagram) {
      if (closed) return 0;
      const now = performance.now();
      noteStall(now);
      try {
        const found = server.answerAtOnce(datagram, now);
        if (found === undefined) return 0;
        for (const effect of found.effects) observe(effect);
        return found.octets === 0 ? UNHEARD : found.octets;
      } catch (error) {
        // The long way is another one.
        tellPanic('query', error);
        return 0;
      }
    },
    take(transport, received) {
      lastQuery += 1;
      const query = lastQuery;
      taken = received;
      const { client, local, receivedAt, message } = received;
      // Over UDP it comes here when `answerAtOnce` had no answer.
      const isNotAtHand = transport === 'udp';
      dispatch({ kind: 'query', query, transport, receivedAt, client, local, message, isOwn: true, isNotAtHand });
      if (taken === undefined) return;
      owed.set(query, taken);
      taken = undefined;
    },
    shed(received) {
      received.drop();
      dispatch({ kind: 'shed', local: received.local });
    },
    tell: dispatch,
    drained: () =>
      new Promise((resolve) => {
        const grace = setTimeout(resolve, STOP_GRACE_MS);
        idle = () => {
          clearTimeout(grace);
          resolve();
          yieldToNode();
        };
        if (owed.size === 0) idle();
      }),
    close() {
      dispatch({ kind: 'stop' });
      closed = true;
      clearTimeout(timer);
      upstreams.close();
    },
  };
};
