import type { RecordedEvent } from '../../run/recording.ts';
import type { Wait } from './story.ts';

/** From the first time that a lookup asks a question to the first answer that reaches the pod. */
export const waitsOf = (events: readonly RecordedEvent[]): readonly Wait[] => {
  const asked = new Map<string, { readonly question: string; readonly sinceMs: number; untilMs: number | undefined }>();
  for (const event of events) {
    if (event.kind !== 'packet' || event.message === undefined) continue;
    const { question, answer } = event.message;
    const key = `${event.lookup} ${question}`;
    const known = asked.get(key);
    if (event.from === 'pod' && known === undefined) asked.set(key, { question, sinceMs: event.atMs, untilMs: undefined });
    if (event.to === 'pod' && answer !== undefined && known !== undefined) known.untilMs ??= event.atMs;
  }
  return [...asked.values()].map(({ question, sinceMs, untilMs }) => ({ question, ms: untilMs === undefined ? undefined : untilMs - sinceMs }));
};
