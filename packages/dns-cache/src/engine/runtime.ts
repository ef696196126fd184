import type { Effect, FailureReason } from './effect.ts';
import { createNumbered } from './numbered.ts';
import type { Timers } from './timers.ts';
import { createTimers } from './timers.ts';

/** What becomes of a question to an upstream. */
export type ExchangeEvent =
  /** `message` is as it came, unchecked, without the length that TCP puts before it. */
  | { readonly kind: 'reply'; readonly message: Uint8Array }
  /** `detail` is what the system says of it; absent where that is no more than the reason. */
  | { readonly kind: 'failure'; readonly reason: FailureReason; readonly detail?: string };

/** A question to an upstream that may still be answered. */
export interface Exchange {
  /** By which the caller is told of it; from 1, each used once. */
  readonly number: number;
  /** Stops listening, and tells the caller so. */
  abandon(): void;
}

/** What is asked, of whom, and how. */
export type Ask = Omit<Extract<Effect, { kind: 'ask' }>, 'kind' | 'exchange'>;

/** The time of the event at hand, and what is to be done later. */
interface Clock {
  readonly timers: Timers;
  now(): number;
}

/**
 * What the last query that was asked of an upstream left behind, held until the next one and read by nobody: V8 drops code
 * that was made for objects of a shape when the last of them is collected ("weak objects", says `--trace-deopt`), and with
 * none in flight that would be all code of a miss. The first second behind each pause would be answered by slower code.
 */
interface Specimens {
  exchange: unknown;
  heard: unknown;
  received: unknown;
  outcome: unknown;
  effects: unknown;
}

/** What plugins share: time, chance, effects and exchanges. It does nothing itself. */
export interface Runtime extends Clock {
  /** By this upstreams are waited for: it stands still while the server did not run. */
  readonly waiting: Clock;
  readonly specimens: Specimens;
  /** In [0, 1). */
  random(): number;
  /** What the calendar says, in seconds since 1970; `undefined` where there is none. */
  unixSeconds(): number | undefined;
  /** Has the caller do something, once this step is over. */
  emit(effect: Effect): void;
  /** Asks an upstream, and has `heard` told what comes of it, until it is abandoned. */
  ask(ask: Ask, heard: (event: ExchangeEvent) => void): Exchange;
}

export interface DrivenRuntime extends Runtime {
  /** Runs one step at a time and gives the effects that it had. */
  step(now: number, work: () => void): readonly Effect[];
  /** Hands over what happened to an exchange; one that is over hears nothing. */
  deliver(exchange: number, event: ExchangeEvent): void;
  /** The server did not run for so long. */
  stall(ms: number): void;
  /** Does what is due. */
  runTimers(): void;
  /** When something is due, by the time that steps are given. */
  nextTimeout(): number | undefined;
}

/** A class, since there is one for each question in flight. */
class UnderWay implements Exchange {
  readonly number: number;
  readonly #forget: (exchange: number) => void;

  constructor(number: number, forget: (exchange: number) => void) {
    this.number = number;
    this.#forget = forget;
  }

  abandon(): void {
    this.#forget(this.number);
  }
}

export const createRuntime = (random: () => number, unixMs: () => number | undefined = () => undefined): DrivenRuntime => {
  const timers = createTimers();
  const waits = createTimers();
  const listeners = createNumbered<(event: ExchangeEvent) => void>();
  let time = Number.NEGATIVE_INFINITY;
  let stalledMs = 0;
  let effects: Effect[] = [];
  let lastExchange = 0;
  const specimens: Specimens = { exchange: undefined, heard: undefined, received: undefined, outcome: undefined, effects: undefined };
  const forget = (exchange: number): void => {
    if (listeners.delete(exchange)) effects.push({ kind: 'abandon', exchange });
  };
  return {
    timers,
    now: () => time,
    waiting: { timers: waits, now: () => time - stalledMs },
    specimens,
    random,
    unixSeconds() {
      const ms = unixMs();
      return ms === undefined ? undefined : Math.floor(ms / 1000);
    },
    emit(effect) {
      effects.push(effect);
    },
    ask(ask, heard) {
      lastExchange += 1;
      const exchange = lastExchange;
      listeners.set(exchange, heard);
      const { purpose, upstream, transport, message, connection, insteadOf } = ask;
      effects.push({ kind: 'ask', exchange, purpose, upstream, transport, message, connection, insteadOf });
      const underWay = new UnderWay(exchange, forget);
      specimens.exchange = underWay;
      // It leads to all that waits for the answer.
      specimens.heard = heard;
      return underWay;
    },
    step(now, work) {
      // A monotonic clock may be read in another order than its events are handled in; time stands still then.
      time = Math.max(time, now);
      effects = [];
      work();
      return effects;
    },
    deliver(exchange, event) {
      const heard = listeners.get(exchange);
      if (event.kind === 'failure') listeners.delete(exchange);
      heard?.(event);
    },
    stall(ms) {
      stalledMs += ms;
    },
    runTimers() {
      timers.run(time);
      waits.run(time - stalledMs);
    },
    nextTimeout() {
      const [timer, wait] = [timers.next(), waits.next()];
      if (wait === undefined) return timer;
      return Math.min(timer ?? Number.POSITIVE_INFINITY, wait + stalledMs);
    },
  };
};
