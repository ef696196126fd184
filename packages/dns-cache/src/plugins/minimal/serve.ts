import type { Reply } from '../../message/answer.ts';
import { editReply, replyRecords } from '../../message/compose.ts';
import { readHeader } from '../../message/header.ts';
import type { Handler } from '../../plugin/handler.ts';
import type { Site } from '../../plugin/site.ts';
import type { MinimalValue } from './setup.ts';

const minimise = (reply: Reply): Reply => {
  const { authorityCount, additionalCount } = readHeader(reply.message.bytes);
  if (authorityCount === 0 && additionalCount === 0) return reply;
  return editReply(reply, { records: replyRecords(reply).filter(({ section }) => section === 'answer') });
};

/** Leaves the answer alone in an answer; a denial and a delegation need the rest (CoreDNS plugin/minimal/minimal.go). */
export const serve =
  (_value: MinimalValue, _site: Site, next: Handler): Handler =>
  (request, answer) =>
    next(request, (outcome) =>
      answer(
        outcome.kind === 'reply' && outcome.class === 'NoError'
          ? { ...outcome, reply: minimise(outcome.reply) }
          : outcome,
      ),
    );
