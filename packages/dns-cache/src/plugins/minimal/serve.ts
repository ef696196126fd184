import type { Reply } from '../../message/answer.ts';
import { editReply, replyRecords } from '../../message/compose.ts';
import { readHeader } from '../../message/header.ts';
import { RCODE } from '../../message/numbers.ts';
import type { Handler, Outcome } from '../../plugin/handler.ts';
import type { Site } from '../../plugin/site.ts';
import type { MinimalValue } from './setup.ts';

/** What is made anew has no OPT. */
const minimise = (whole: Reply): Reply => {
  const reply = { ...whole, optOctets: 0 };
  const { authorityCount, additionalCount } = readHeader(reply.message.bytes);
  if (authorityCount === 0 && additionalCount === 0) return reply;
  return editReply(reply, { records: replyRecords(reply).filter(({ section }) => section === 'answer') });
};

/** What leads nowhere, and no SOA says so, is an answer too. */
const isAnswer = ({ class: kind, reply }: Extract<Outcome, { kind: 'reply' }>): boolean =>
  kind === 'NoError' || (kind === 'OtherError' && reply.message.rcode === RCODE.NOERROR);

/** Leaves the answer alone in an answer; a denial and a delegation need the rest (CoreDNS plugin/minimal/minimal.go). */
export const serve =
  (_value: MinimalValue, _site: Site, next: Handler): Handler =>
  (request, answer) =>
    next(request, (outcome) =>
      answer(
        outcome.kind === 'reply' && isAnswer(outcome)
          ? { ...outcome, reply: minimise(outcome.reply) }
          : outcome,
      ),
    );
