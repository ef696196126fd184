import type { LogClass, ReplyClass } from '../../engine/classify.ts';
import { logClass } from '../../engine/classify.ts';
import { answerCount } from '../../message/header.ts';
import { RCODE, TYPE } from '../../message/numbers.ts';
import type { Query } from '../../message/query.ts';
import type { Outcome } from '../../plugin/handler.ts';

/** What an answer is, as the label `log/type` has it. */
type ReplyType = 'NOERROR' | 'NXDOMAIN' | 'SERVERERROR' | 'NODATA' | 'DELEGATION' | 'META' | 'OTHERERROR';

interface ReplyKind {
  readonly class: LogClass;
  readonly type: ReplyType;
}

const TYPES: Readonly<Record<ReplyClass, ReplyType>> = {
  NoError: 'NOERROR',
  NameError: 'NXDOMAIN',
  ServerError: 'SERVERERROR',
  NoData: 'NODATA',
  Delegation: 'DELEGATION',
  OtherError: 'OTHERERROR',
  OutOfDate: 'OTHERERROR',
};

/** A message with nothing but a code. */
const bareClass = (rcode: number): ReplyClass => {
  switch (rcode) {
    case RCODE.NOERROR:
      return 'NoError';
    case RCODE.NXDOMAIN:
      return 'NameError';
    case RCODE.SERVFAIL:
    case RCODE.NOTIMP:
      return 'ServerError';
    default:
      return 'OtherError';
  }
};

const replyClass = (outcome: Outcome): ReplyClass => {
  switch (outcome.kind) {
    case 'reply': {
      const { message } = outcome.reply;
      const hasAnswers = outcome.class !== 'OutOfDate' && message.rcode === RCODE.NOERROR && answerCount(message.bytes) > 0;
      return hasAnswers ? 'NoError' : outcome.class;
    }
    case 'failure':
      return bareClass(outcome.rcode);
    case 'silence':
      return 'OtherError';
  }
};

/** By the message alone: whatever is in the answer section makes a success (CoreDNS plugin/pkg/response/typify.go). */
export const kindOf = ({ question }: Query, outcome: Outcome): ReplyKind => {
  if (outcome.kind !== 'silence' && (question.type === TYPE.AXFR || question.type === TYPE.IXFR)) return { class: 'error', type: 'META' };
  const found = replyClass(outcome);
  return { class: logClass(found), type: TYPES[found] };
};
