import { foldedText } from '../../message/name.ts';
import { typeName } from '../../message/numbers.ts';
import type { Handler, Site } from '../../server/handler.ts';
import type { ErrorsValue } from './setup.ts';

/** A line for each query that no plugin after it could answer (CoreDNS plugin/errors/errors.go). */
export const serve =
  (_value: ErrorsValue, { runtime }: Site, next: Handler): Handler =>
  (request, answer) =>
    next(request, (outcome) => {
      if (outcome.kind === 'failure') {
        const asked = `${foldedText(request.name)} ${typeName(request.query.question.type)}`;
        const line = `[ERROR] plugin/errors: ${outcome.rcode} ${asked}: ${outcome.error}`;
        runtime.emit({ kind: 'log', level: 'error', line });
      }
      answer(outcome);
    });
