import { isWithin } from '../../message/name.ts';
import type { Handler } from '../../plugin/handler.ts';
import { NO_LABELS } from '../../plugin/labels.ts';
import { fillIn } from '../../plugin/placeholders.ts';
import type { Site } from '../../plugin/site.ts';
import { kindOf } from './kind.ts';
import type { LogValue } from './setup.ts';

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
      const query = outcome.asked ?? request.query;
      const kind = kindOf(query, outcome);
      if (rule.classes.includes(kind.class)) {
        const labels =
          request.labels && new Map([...request.labels, ...(outcome.labels ?? NO_LABELS), ['log/type', kind.type], ['log/class', kind.class]]);
        const line = fillIn(rule.format, { request, query, outcome, labels, now: runtime.now() });
        runtime.emit({ kind: 'log', level: 'info', line: `[INFO] ${line}` });
      }
      answer(outcome);
    });
  };
