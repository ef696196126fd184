import { foldedText, foldName } from '../../message/name.ts';
import { RCODE, typeName } from '../../message/numbers.ts';
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
        const { asked } = outcome;
        const [name, { question }] = asked === undefined ? [request.name, request.query] : [foldName(asked.question.name), asked];
        // `rewrite` has answered by then, as CoreDNS sees it.
        const rcode = outcome.isWritten === true ? RCODE.NOERROR : outcome.rcode;
        const line = `${rcode} ${foldedText(name)} ${typeName(question.type)}: ${outcome.error}`;
        if (!counters.some((counter) => counter.take(outcome.error, line))) emitError(runtime, 'error', line);
      }
      answer(outcome);
    });
};
