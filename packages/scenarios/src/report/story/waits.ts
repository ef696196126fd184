import { isClient } from '../../measure/events.ts';
import type { RecordedEvent } from '../../run/recording.ts';
import type { Wait } from './story.ts';

/** From the first time that a lookup asks a question to the first answer that reaches its client. */
export const waitsOf = (events: readonly RecordedEvent[]): readonly Wait[] => {
  const asked = new Map<string, { readonly question: string; readonly sinceMs: number; untilMs: number | undefined }>();
  for (const event of events) {
    if (event.kind !== 'packet' || event.message === undefined) continue;
    const { question, answer } = event.message;
    const key = `${event.lookup} ${event.client ?? ''} ${question}`;
    const known = asked.get(key);
    if (isClient(event.from) && known === undefined) asked.set(key, { question, sinceMs: event.atMs, untilMs: undefined });
    if (isClient(event.to) && answer !== undefined && known !== undefined) known.untilMs ??= event.atMs;
  }
  return [...asked.values()].map(({ question, sinceMs, untilMs }) => ({ question, ms: untilMs === undefined ? undefined : untilMs - sinceMs }));
};
