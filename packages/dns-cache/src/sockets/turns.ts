import { performance } from 'node:perf_hooks';
import { createBacklog } from './backlog.ts';
import type { Received } from './listener.ts';
import { afterReading } from './node-turn.ts';

/** Queries that get their turn before what has come meanwhile is read. */
const TURN_MAX = 16;

export interface TurnOptions {
  readonly take: (received: Received) => void;
  /** It has waited for too long. */
  readonly shed: (received: Received) => void;
}

/** Gives queries their turn, behind what can be answered at once and what upstreams answer. */
export interface Turns {
  wait(received: Received): void;
  /** Gives all who wait their turn now. */
  finish(): void;
}

export const createTurns = ({ take, shed }: TurnOptions): Turns => {
  const backlog = createBacklog();

  const serve = (most: number): void => {
    for (let taken = 0; taken < most; ) {
      const next = backlog.next(performance.now());
      if (next === undefined) return;
      if (next.isLate) shed(next.received);
      else {
        take(next.received);
        taken += 1;
      }
    }
  };

  const goOn = (): void => {
    serve(TURN_MAX);
    if (backlog.size > 0) afterReading(goOn);
  };

  return {
    wait(received) {
      backlog.add(received, received.receivedAt);
      if (backlog.size === 1) afterReading(goOn);
    },
    finish: () => serve(Number.POSITIVE_INFINITY),
  };
};
