import type { RecordedEvent, Recording } from '../../run/recording.ts';
import type { EntryCount } from './story.ts';

/** Entries that packets made, moment by moment, and how many the table really had after each lookup. */
export const entriesOf = ({ events, lookups, conntrack }: Recording): readonly EntryCount[] => {
  const counts: EntryCount[] = [{ atMs: 0, count: 0 }];
  const add = (atMs: number, count: number): void => {
    if (counts.at(-1)?.count !== count) counts.push({ atMs, count });
  };
  for (const [at, { startedAtMs, elapsedMs }] of lookups.entries()) {
    for (const event of events) if (event.lookup === at && makesEntry(event)) add(event.atMs, (counts.at(-1)?.count ?? 0) + 1);
    add(startedAtMs + elapsedMs, conntrack[at]?.length ?? 0);
  }
  return counts;
};

const makesEntry = (event: RecordedEvent): boolean =>
  event.kind === 'packet' && event.journey.trace.some((step) => step.kind === 'confirmed' && step.outcome === 'confirmed');
