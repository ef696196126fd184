import type { Runtime } from '../engine/runtime.ts';
import type { ExtendedError } from '../message/extended-error.ts';
import { EXTENDED_ERROR } from '../message/extended-error.ts';
import type { Asked, Attempt, AttemptOutcome, Witness } from './attempt.ts';
import { attempt } from './attempt.ts';
import { failureText } from './failure-text.ts';
import { ATTEMPTS_PER_UPSTREAM, FURTHER_ATTEMPT_PAUSE_MS } from './limits.ts';
import type { Tour } from './tour.ts';
import type { Upstream } from './upstream.ts';

type ReplyOutcome = Extract<AttemptOutcome, { kind: 'reply' }>;

type RaceOutcome =
  | ReplyOutcome
  | { readonly kind: 'failure'; readonly error: string; readonly reasons: ExtendedError };

/** @param upstream who has answered, or was asked last; `undefined` where nobody was */
export type RaceDone = (outcome: RaceOutcome, upstream: Upstream | undefined) => void;

export interface RaceOptions {
  readonly asked: Asked;
  readonly tour: Tour;
  readonly transport: 'udp' | 'tcp';
  readonly truncated: 'take' | 'ask-over-tcp';
  readonly attemptsMax: number;
  /** After this an attempt counts as failed; it is still listened to until the deadline. */
  readonly readTimeoutMs: number;
  /** No attempt begins from then on. */
  readonly asksUntil: number;
  /** When it is over in any case. */
  readonly deadline: number;
  readonly witness: Witness | undefined;
  /** Whether another upstream is to be asked though this one has replied. */
  readonly isUnsatisfying: (reply: ReplyOutcome) => boolean;
}

/** An attempt under way. */
interface Runner {
  readonly upstream: Upstream;
  readonly attempt: Attempt;
  /** From then on the next attempt may begin beside it. */
  readonly overdueAt: number;
  readonly failsAt: number;
  hasFailed: boolean;
}

const NOTHING_HEARD = 'i/o timeout';

/** What a client with 512 octets has room for, whatever its question. */
const EXTRA_TEXT_MAX = 200;

/** What became of each upstream. RFC 8914 has no better codes: nobody was heard, or somebody was and it was an error. */
const extendedError = (failures: ReadonlyMap<string, string>, lastError: string): ExtendedError => {
  const silent = [...failures.values()].every((error) => error.endsWith(NOTHING_HEARD));
  const all = [...failures].map(([upstream, error]) => (error.includes(upstream) ? error : `${upstream}: ${error}`));
  const text = all.length === 0 ? lastError : all.join('; ');
  return {
    code: silent ? EXTENDED_ERROR.NO_REACHABLE_AUTHORITY : EXTENDED_ERROR.NETWORK_ERROR,
    text: text.length > EXTRA_TEXT_MAX ? `${text.slice(0, EXTRA_TEXT_MAX - 3)}...` : text,
  };
};

/**
 * Asks one upstream after the other. The next attempt begins when one has failed, or has been silent for longer than
 * its upstream usually is; the silent one is not given up, and whichever reply comes first is the one. With a single
 * upstream the next attempt asks it again, over another socket.
 */
export const race = (runtime: Runtime, options: RaceOptions, done: RaceDone): void => {
  new Race(runtime, options, done).advance();
};

/** A class, since there is one for each question in flight: its methods are made once for all of them. */
class Race {
  readonly #runtime: Runtime;
  readonly #options: RaceOptions;
  readonly #done: RaceDone;
  #running: readonly Runner[] = [];
  #failures: Map<string, string> | undefined;
  #lastError = 'no healthy proxies';
  #made = 0;
  #lastMadeAt = Number.NEGATIVE_INFINITY;
  #unsatisfying = 0;
  #held: ReplyOutcome | undefined;
  #holder: Upstream | undefined;
  #lastAsked: Upstream | undefined;
  #timer: ReturnType<Runtime['timers']['set']> | undefined;

  constructor(runtime: Runtime, options: RaceOptions, done: RaceDone) {
    this.#runtime = runtime;
    this.#options = options;
    this.#done = done;
  }

  #finish(outcome: RaceOutcome, upstream: Upstream | undefined): void {
    if (this.#timer !== undefined) this.#runtime.waiting.timers.cancel(this.#timer);
    for (const { attempt } of this.#running) attempt.abandon();
    this.#done(outcome, upstream);
  }

  #finishWithoutReply(): void {
    const error = this.#lastError;
    if (this.#held === undefined) this.#finish({ kind: 'failure', error, reasons: extendedError(this.#failures ?? new Map(), error) }, this.#lastAsked);
    else this.#finish(this.#held, this.#holder);
  }

  #noteFailure(upstream: Upstream, error: string): void {
    this.#lastError = error;
    this.#failures ??= new Map();
    this.#failures.set(upstream.target.text, error);
    upstream.health.doubt();
  }

  /** What the query's earlier attempts with the same upstream say about the next one. */
  #begin(upstream: Upstream): void {
    const { asked, tour, transport, truncated, readTimeoutMs, witness } = this.#options;
    const now = this.#runtime.waiting.now();
    const silent = this.#running.findLast((runner) => runner.upstream === upstream);
    const unanswered = silent?.attempt.hasEdns === true;
    const withEdns = upstream.edns.isWorthwhile(now, { dnssecOk: asked.dnssecOk, unanswered });
    // Each round is more patient than the one before (RFC 9520 §3.1).
    const patience = upstream.roundTrip.patience() * 2 ** Math.floor(this.#made / tour.upstreams.length);
    this.#made += 1;
    this.#lastAsked = upstream;
    this.#lastMadeAt = now;
    const runner: Runner = {
      upstream,
      attempt: attempt(
        this.#runtime,
        { asked, upstream, transport, truncated, withEdns, insteadOf: silent?.attempt, witness },
        (outcome) => this.#hear(runner, outcome),
      ),
      // Who counts as failed is waited for no longer.
      overdueAt: now + Math.min(patience, readTimeoutMs),
      failsAt: now + readTimeoutMs,
      hasFailed: false,
    };
    this.#running = [...this.#running, runner];
  }

  /** When the next attempt may begin: not before the others are overdue, nor in a loop around who refuses. */
  #nextAttemptAt(): number {
    const { attemptsMax, tour } = this.#options;
    // Who has replied has not failed, though another is asked after it (CoreDNS plugin/forward/forward.go).
    if (this.#made - this.#unsatisfying >= attemptsMax) return Number.POSITIVE_INFINITY;
    const usualMax = ATTEMPTS_PER_UPSTREAM * tour.upstreams.length;
    let at = this.#made < usualMax ? Number.NEGATIVE_INFINITY : this.#lastMadeAt + FURTHER_ATTEMPT_PAUSE_MS;
    for (const { overdueAt } of this.#running) at = Math.max(at, overdueAt);
    return at < this.#options.asksUntil ? at : Number.POSITIVE_INFINITY;
  }

  #isHopeless(exhausted: boolean): boolean {
    return exhausted && (this.#held === undefined ? this.#running.length === 0 : this.#running.every(({ hasFailed }) => hasFailed));
  }

  advance(): void {
    const { tour, deadline } = this.#options;
    const { waiting } = this.#runtime;
    const now = waiting.now();
    for (const runner of this.#running) {
      if (runner.hasFailed || runner.failsAt > now) continue;
      runner.hasFailed = true;
      const { upstream } = runner;
      this.#noteFailure(upstream, failureText('timed-out', runner.attempt.transport, upstream.target.endpoint, undefined));
    }
    if (now >= deadline) {
      this.#finishWithoutReply();
      return;
    }
    let nextAt = this.#nextAttemptAt();
    if (nextAt <= now) {
      const upstream = tour.next();
      if (upstream !== undefined) this.#begin(upstream);
      nextAt = upstream === undefined ? Number.POSITIVE_INFINITY : this.#nextAttemptAt();
    }
    if (this.#isHopeless(nextAt === Number.POSITIVE_INFINITY)) {
      this.#finishWithoutReply();
      return;
    }
    let wakeAt = Math.min(deadline, nextAt);
    for (const { hasFailed, failsAt } of this.#running) if (!hasFailed) wakeAt = Math.min(wakeAt, failsAt);
    if (this.#timer !== undefined) waiting.timers.cancel(this.#timer);
    this.#timer = waiting.timers.set(wakeAt, () => this.advance());
  }

  /** Who was overtaken may be down; one that is only slow will answer the probe. */
  #doubtOvertaken(winner: Runner): void {
    const now = this.#runtime.waiting.now();
    for (const { upstream, attempt: { hasEdns }, overdueAt } of this.#running) {
      if (overdueAt > now) continue;
      if (upstream !== winner.upstream) upstream.health.doubt();
      else if (hasEdns && !winner.attempt.hasEdns) upstream.edns.ignored(now);
    }
  }

  #hear(runner: Runner, outcome: AttemptOutcome): void {
    this.#running = this.#running.filter((other) => other !== runner);
    if (outcome.kind === 'failure') {
      this.#noteFailure(runner.upstream, outcome.error);
      this.advance();
      return;
    }
    this.#doubtOvertaken(runner);
    const { tour, isUnsatisfying } = this.#options;
    const othersLeft = this.#unsatisfying < tour.upstreams.length - 1;
    if (!othersLeft || !isUnsatisfying(outcome)) {
      this.#finish(outcome, runner.upstream);
      return;
    }
    this.#unsatisfying += 1;
    this.#held = outcome;
    this.#holder = runner.upstream;
    tour.exclude(runner.upstream);
    this.advance();
  }
}
