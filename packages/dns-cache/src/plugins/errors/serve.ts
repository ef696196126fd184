import { foldedText } from '../../message/name.ts';
import { typeName } from '../../message/numbers.ts';
import type { Handler } from '../../plugin/handler.ts';
import type { Site } from '../../plugin/site.ts';
import { createCounter, emitError } from './consolidate.ts';
import type { ErrorsValue } from './setup.ts';

/** A line for each query that no plugin after it could answer, or for many of them (CoreDNS plugin/errors/errors.go). */
export const serve = ({ consolidations }: ErrorsValue, { runtime, atStop }: Site, next: Handler): Handler => {
  const counters = consolidations.map((consolidation) => createCounter(consolidation, runtime));
  atStop(() => {
    for (const counter of counters) counter.report();
  });
  return (request, answer) =>
    next(request, (outcome) => {
      // Without a text the failure is an answer, and no error.
      if (outcome.kind === 'failure' && outcome.error !== '') {
        const asked = `${foldedText(request.name)} ${typeName(request.query.question.type)}`;
        const line = `${outcome.rcode} ${asked}: ${outcome.error}`;
        if (!counters.some((counter) => counter.take(outcome.error, line))) emitError(runtime, 'error', line);
      }
      answer(outcome);
    });
};
