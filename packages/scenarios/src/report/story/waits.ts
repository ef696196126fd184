import { answersOf, isClientQuestion, packetsOf } from '../../measure/events.ts';
import type { Recording } from '../../run/recording.ts';
import type { Wait } from './story.ts';

/** From the first time that a lookup asks a question to the first answer that its client takes. */
export const waitsOf = (recording: Recording): readonly Wait[] => {
  const taken = new Set(answersOf(recording).taken);
  const asked = new Map<string, { readonly question: string; readonly sinceMs: number; untilMs: number | undefined }>();
  for (const event of packetsOf(recording)) {
    const question = event.message?.question ?? '';
    const key = `${event.lookup} ${event.client ?? ''} ${question}`;
    const known = asked.get(key);
    if (isClientQuestion(event) && known === undefined) asked.set(key, { question, sinceMs: event.atMs, untilMs: undefined });
    if (taken.has(event) && known !== undefined) known.untilMs ??= event.atMs;
  }
  return [...asked.values()].map(({ question, sinceMs, untilMs }) => ({ question, ms: untilMs === undefined ? undefined : untilMs - sinceMs }));
};
