import { isClient } from '../../measure/events.ts';
import type { RecordedEvent } from '../../run/recording.ts';

/**
 * Which event before this one made it happen: of the same lookup, the last thing that reached whoever acts now, about the
 * same question where there is one. A client that asks again after a wait has nothing before it.
 */
export const causeOf = (events: readonly RecordedEvent[], at: number): number | undefined => {
  const event = events[at];
  const actor = event === undefined ? undefined : actorOf(event);
  if (event === undefined || actor === undefined) return undefined;
  const asks = actor === 'pod' || actor === 'process';
  for (let index = at - 1; index >= 0; index -= 1) {
    const before = events[index];
    if (before === undefined || before.lookup !== event.lookup || !reaches(before, actor)) continue;
    if (asks && event.atMs - before.atMs >= ACTS_WITHIN_MS) return undefined;
    if (asks || questionOf(before) === questionOf(event)) return index;
  }
  return undefined;
};

/** How long a client that sends something had sent nothing before, in the same lookup; `undefined` where it is the first, or no client. */
export const waitedMs = (events: readonly RecordedEvent[], at: number): number | undefined => {
  const event = events[at];
  if (event === undefined || !isOfClient(event)) return undefined;
  const before = events.slice(0, at).findLast((other) => other.lookup === event.lookup && isOfClient(other) && other.atMs < event.atMs);
  return before === undefined ? undefined : event.atMs - before.atMs;
};

/** A stub resolver that got an answer acts on it at once; whatever comes later came of its own waiting. */
const ACTS_WITHIN_MS = 1;

const isOfClient = (event: RecordedEvent): boolean => event.kind === 'packet' && isClient(event.from);

const actorOf = (event: RecordedEvent): string | undefined => {
  switch (event.kind) {
    case 'packet':
    case 'lost':
      return event.from;
    case 'cache':
    case 'log':
      return 'node-cache';
    case 'happened':
      return undefined;
  }
};

const reaches = (event: RecordedEvent, actor: string): boolean => (event.kind === 'packet' ? event.to === actor : event.kind === 'cache' && actor === 'node-cache');

const questionOf = (event: RecordedEvent): string | undefined => {
  switch (event.kind) {
    case 'packet':
    case 'lost':
      return event.message?.question;
    case 'cache':
      return event.question;
    case 'log':
    case 'happened':
      return undefined;
  }
};
