import { STALL_MS } from './limits.ts';
import type { Received } from './listener.ts';

/*
 * Queries whose answer is not at hand cost ten times as much as others, and who has come is answered before who waits. So
 * they stand in a line of their own. A burst is worked off. But a line that does not empty only makes everyone late: then
 * who came last is served first, and those go that have waited for long, so that whoever is answered is answered in time
 * (after CoDel, RFC 8289, as "Fail at Scale", ACM Queue 13(8), has it for requests).
 */

/** No more than these stand in line; beyond, the first of it, who has waited longest, goes. */
export const WAITING_MAX = 4096;

/** A resolver asks again after 5 s (glibc, Go), or 2.5 s (musl). */
const PATIENCE_MS = 4000;

/** With no more than these behind it nobody goes who is not beyond that: it is the machine that is slow, not the line long. */
const CROWD_MIN = 512;

/** A line that has not been empty for so long is one that stays. */
const STANDING_MS = 200;

/** How long one may wait in that. */
const STANDING_PATIENCE_MS = 120;

export interface Backlog {
  /** Puts it at the end. */
  add(received: Received, now: number): void;
  /** Whose turn it is, or who has waited for too long; `undefined` where nobody waits. */
  next(now: number): { readonly received: Received; readonly isLate: boolean } | undefined;
  readonly size: number;
}

export const createBacklog = (): Backlog => {
  let line: (Received | undefined)[] = [];
  let first = 0;
  let emptyAt = Number.NEGATIVE_INFINITY;
  let calledAt = Number.NEGATIVE_INFINITY;
  let ranAgainAt = Number.NEGATIVE_INFINITY;

  /** Time in which this process did not run makes nobody late: nobody else was served meanwhile. */
  const excuse = (now: number): void => {
    if (now - calledAt > STALL_MS) ranAgainAt = now;
    calledAt = now;
  };

  const takeFirst = (): void => {
    line[first] = undefined;
    first += 1;
    if (first > WAITING_MAX) [line, first] = [line.slice(first), 0];
  };

  return {
    add(received, now) {
      excuse(now);
      if (line.length === 0) emptyAt = now;
      line.push(received);
    },
    next(now) {
      excuse(now);
      const oldest = line[first];
      if (oldest === undefined) return undefined;
      const size = line.length - first;
      const isStanding = size > CROWD_MIN && now - Math.max(emptyAt, ranAgainAt) > STANDING_MS;
      const waitedMs = now - Math.max(oldest.receivedAt, ranAgainAt);
      const isLate = size > WAITING_MAX || waitedMs > (isStanding ? STANDING_PATIENCE_MS : PATIENCE_MS);
      const newest = isStanding && !isLate ? line.pop() : undefined;
      if (newest === undefined) takeFirst();
      if (first === line.length) [line, first] = [[], 0];
      return { received: newest ?? oldest, isLate };
    },
    get size() {
      return line.length - first;
    },
  };
};
