import type { RecordedEvent } from '../../run/recording.ts';

/**
 * Which event before this one made it happen: of the same lookup, the last thing that reached whoever acts now, about the
 * same question where there is one. A pod that asks again after a wait has nothing before it.
 */
export const causeOf = (events: readonly RecordedEvent[], at: number): number | undefined => {
  const event = events[at];
  if (event === undefined) return undefined;
  const before = events.slice(0, at).map((other, index) => ({ other, index }));
  const about = questionOf(event);
  const actor = event.kind === 'packet' ? event.from : 'node-cache';
  const reached = before.filter(({ other }) => other.lookup === event.lookup && reaches(other, actor));
  if (actor === 'pod') return reached.findLast(({ other }) => event.atMs - other.atMs < ACTS_WITHIN_MS)?.index;
  return reached.findLast(({ other }) => questionOf(other) === about)?.index;
};

/** A stub resolver that got an answer acts on it at once; whatever comes later came of its own waiting. */
const ACTS_WITHIN_MS = 1;

const reaches = (event: RecordedEvent, actor: string): boolean => (event.kind === 'packet' ? event.to === actor : event.kind === 'cache' && actor === 'node-cache');

const questionOf = (event: RecordedEvent): string | undefined => {
  switch (event.kind) {
    case 'packet':
      return event.message?.question;
    case 'cache':
      return event.question;
    case 'log':
      return undefined;
  }
};
