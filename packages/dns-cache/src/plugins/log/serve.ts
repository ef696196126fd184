import type { LogClass } from '../../engine/classify.ts';
import { logClass } from '../../engine/classify.ts';
import { answerCount } from '../../message/header.ts';
import { isWithin } from '../../message/name.ts';
import { RCODE } from '../../message/numbers.ts';
import type { Handler, Outcome } from '../../plugin/handler.ts';
import type { Site } from '../../plugin/site.ts';
import { writeLine } from './line.ts';
import type { LogValue } from './setup.ts';

/** By the message alone: whatever is in the answer section makes a success (CoreDNS plugin/pkg/response/typify.go). */
const classOf = (outcome: Outcome): LogClass => {
  if (outcome.kind === 'silence') return 'error';
  // `rewrite rcode` makes another code of a failure, and then it is a denial as any.
  if (outcome.kind === 'failure') return outcome.rcode === RCODE.NXDOMAIN ? 'denial' : outcome.rcode === RCODE.NOERROR ? 'success' : 'error';
  const { message } = outcome.reply;
  return outcome.class !== 'OutOfDate' && message.rcode === RCODE.NOERROR && answerCount(message.bytes) > 0 ? 'success' : logClass(outcome.class);
};

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
        const line = writeLine(rule.format, { request, query: outcome.asked ?? request.query, outcome, now: runtime.now() });
        runtime.emit({ kind: 'log', level: 'info', line: `[INFO] ${line}` });
      }
      answer(outcome);
    });
  };
