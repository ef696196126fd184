import { endpointText } from '../address.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { ExtendedError } from '../message/extended-error.ts';
import { EXTENDED_ERROR } from '../message/extended-error.ts';
import type { Asked, Attempt, AttemptOutcome } from './attempt.ts';
import { attempt } from './attempt.ts';
import { failureText } from './failure-text.ts';
import { ATTEMPTS_PER_UPSTREAM, FURTHER_ATTEMPT_PAUSE_MS } from './limits.ts';
import type { Tour } from './tour.ts';
import type { Upstream } from './upstream.ts';

type ReplyOutcome = Extract<AttemptOutcome, { kind: 'reply' }>;

export type RaceOutcome =
  | ReplyOutcome
  | { readonly kind: 'failure'; readonly error: string; readonly reasons: ExtendedError };

export interface RaceOptions {
  readonly asked: Asked;
  readonly tour: Tour;
  readonly transport: 'udp' | 'tcp';
  readonly truncated: 'take' | 'ask-over-tcp';
  readonly attemptsMax: number;
  /** After this an attempt counts as failed; it is still listened to until the deadline. */
  readonly readTimeoutMs: number;
  /** When it is over in any case. */
  readonly deadline: number;
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
export const race = (runtime: Runtime, options: RaceOptions, done: (outcome: RaceOutcome) => void): void => {
  const { asked, tour, deadline } = options;
  const { waiting } = runtime;
  const usualMax = ATTEMPTS_PER_UPSTREAM * tour.upstreams.length;
  const running = new Set<Runner>();
  const failures = new Map<string, string>();
  let lastError = 'no healthy proxies';
  let made = 0;
  let lastMadeAt = Number.NEGATIVE_INFINITY;
  let unsatisfying = 0;
  let held: ReplyOutcome | undefined;
  let timer: ReturnType<Runtime['timers']['set']> | undefined;

  const finish = (outcome: RaceOutcome): void => {
    if (timer !== undefined) waiting.timers.cancel(timer);
    for (const runner of running) runner.attempt.abandon();
    done(outcome);
  };
  const finishWithoutReply = (): void =>
    finish(held ?? { kind: 'failure', error: lastError, reasons: extendedError(failures, lastError) });

  const noteFailure = (upstream: Upstream, error: string): void => {
    lastError = error;
    failures.set(endpointText(upstream.target.endpoint), error);
    upstream.health.doubt();
  };

  /** What the query's earlier attempts with the same upstream say about the next one. */
  const begin = (upstream: Upstream): void => {
    const now = waiting.now();
    const silent = [...running].findLast((runner) => runner.upstream === upstream);
    const unanswered = silent?.attempt.hasEdns === true;
    const withEdns = upstream.edns.isWorthwhile(now, { dnssecOk: asked.dnssecOk, unanswered });
    const { transport, truncated } = options;
    // Each round is more patient than the one before (RFC 9520 §3.1).
    const patience = upstream.roundTrip.patience() * 2 ** Math.floor(made / tour.upstreams.length);
    made += 1;
    lastMadeAt = now;
    const runner: Runner = {
      upstream,
      attempt: attempt(
        runtime,
        { asked, upstream, transport, truncated, withEdns, insteadOf: silent?.attempt },
        (outcome) => hear(runner, outcome),
      ),
      overdueAt: now + patience,
      failsAt: now + options.readTimeoutMs,
      hasFailed: false,
    };
    running.add(runner);
  };

  /** When the next attempt may begin: not before the others are overdue, nor in a loop around who refuses. */
  const nextAttemptAt = (): number => {
    if (made >= options.attemptsMax) return Number.POSITIVE_INFINITY;
    const pauseUntil = made < usualMax ? Number.NEGATIVE_INFINITY : lastMadeAt + FURTHER_ATTEMPT_PAUSE_MS;
    return Math.max(pauseUntil, ...[...running].map(({ overdueAt }) => overdueAt));
  };

  const isHopeless = (exhausted: boolean): boolean =>
    exhausted && (held === undefined ? running.size === 0 : [...running].every(({ hasFailed }) => hasFailed));

  const advance = (): void => {
    const now = waiting.now();
    for (const runner of running) {
      if (runner.hasFailed || runner.failsAt > now) continue;
      runner.hasFailed = true;
      const { upstream } = runner;
      noteFailure(upstream, failureText('timed-out', runner.attempt.transport, upstream.target.endpoint, undefined));
    }
    if (now >= deadline) {
      finishWithoutReply();
      return;
    }
    let nextAt = nextAttemptAt();
    if (nextAt <= now) {
      const upstream = tour.next();
      if (upstream !== undefined) begin(upstream);
      nextAt = upstream === undefined ? Number.POSITIVE_INFINITY : nextAttemptAt();
    }
    if (isHopeless(nextAt === Number.POSITIVE_INFINITY)) {
      finishWithoutReply();
      return;
    }
    const failsAt = [...running].flatMap((runner) => (runner.hasFailed ? [] : [runner.failsAt]));
    if (timer !== undefined) waiting.timers.cancel(timer);
    timer = waiting.timers.set(Math.min(deadline, nextAt, ...failsAt), advance);
  };

  /** Who was overtaken may be down; one that is only slow will answer the probe. */
  const doubtOvertaken = (winner: Runner): void => {
    const now = waiting.now();
    for (const { upstream, attempt: { hasEdns }, overdueAt } of running) {
      if (overdueAt > now) continue;
      if (upstream !== winner.upstream) upstream.health.doubt();
      else if (hasEdns && !winner.attempt.hasEdns) upstream.edns.ignored(now);
    }
  };

  const hear = (runner: Runner, outcome: AttemptOutcome): void => {
    running.delete(runner);
    if (outcome.kind === 'failure') {
      noteFailure(runner.upstream, outcome.error);
      advance();
      return;
    }
    doubtOvertaken(runner);
    const othersLeft = unsatisfying < tour.upstreams.length - 1;
    if (!othersLeft || !options.isUnsatisfying(outcome)) {
      finish(outcome);
      return;
    }
    unsatisfying += 1;
    held = outcome;
    tour.exclude(runner.upstream);
    advance();
  };

  advance();
};
