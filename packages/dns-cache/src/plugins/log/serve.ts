import type { LogClass } from '../../engine/classify.ts';
import { logClass } from '../../engine/classify.ts';
import { isWithin } from '../../message/name.ts';
import type { Handler, Outcome } from '../../plugin/handler.ts';
import type { Site } from '../../plugin/site.ts';
import { writeLine } from './line.ts';
import type { LogValue } from './setup.ts';

const classOf = (outcome: Outcome): LogClass => (outcome.kind === 'reply' ? logClass(outcome.class) : 'error');

/** A line for each query of a rule's scope and class, once it is answered (CoreDNS plugin/log/log.go). */
export const serve =
  (rules: LogValue, { runtime }: Site, next: Handler): Handler =>
  (request, answer) => {
    const rule = rules.find(({ scope }) => isWithin(request.name, scope.folded));
    if (rule === undefined) {
      next(request, answer);
      return;
    }
    next(request, (outcome) => {
      if (rule.classes.includes(classOf(outcome))) {
        const line = writeLine(rule.format, { request, outcome, now: runtime.now() });
        runtime.emit({ kind: 'log', level: 'info', line: `[INFO] ${line}` });
      }
      answer(outcome);
    });
  };
