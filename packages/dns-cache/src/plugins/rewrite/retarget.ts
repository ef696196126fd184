import { replyRecords } from '../../message/compose.ts';
import { isTruncated } from '../../message/header.ts';
import { expandName, foldName, nameText, readNameText } from '../../message/name.ts';
import { RCODE, TYPE } from '../../message/numbers.ts';
import type { Handler, Outcome, Request } from '../../plugin/handler.ts';
import { RESOLUTIONS_MAX } from '../../plugin/resolutions.ts';
import type { Draft } from './revert.ts';
import { rewriteName } from './rule/match.ts';
import { foldAscii } from './rule/name-text.ts';
import type { InvalidName, Revert } from './rule/rule.ts';

/** RFC 6604 §3: the response code is about the last name of the chain. */
const rcodeOf = (outcome: Outcome): number => {
  switch (outcome.kind) {
    case 'reply':
      return outcome.reply.message.rcode;
    case 'failure':
      return outcome.rcode;
    case 'silence':
      return RCODE.SERVFAIL;
  }
};

/**
 * Lets the first CNAME of the answer whose target matches point elsewhere, and puts in place of what came after it
 * what the server itself answers for the new target. Goes on with the answer as it is where none matches, or where rules have
 * led in a circle for so long.
 */
export const retarget = (
  { match, to }: Extract<Revert, { kind: 'cname' }>,
  draft: Draft,
  request: Request,
  resolve: Handler,
  done: (draft: Draft | InvalidName) => void,
): void => {
  if (request.resolutions >= RESOLUTIONS_MAX) {
    done(draft);
    return;
  }
  const answers = draft.records.filter(({ section }) => section === 'answer');
  for (const [index, record] of answers.entries()) {
    if (record.type !== TYPE.CNAME) continue;
    const target = rewriteName(match, to, foldAscii(nameText(expandName(record.rdata, 0))));
    if (target === undefined) continue;
    const name = readNameText(target);
    if (name === undefined) {
      done({ kind: 'invalid-name', name: target });
      return;
    }
    const { query } = request;
    const asked = { ...query, question: { ...query.question, name } };
    resolve({ ...request, query: asked, name: foldName(name) }, (outcome) => {
      const rcode = rcodeOf(outcome);
      const found = outcome.kind === 'reply' ? replyRecords(outcome.reply) : [];
      // The SOA of a denial belongs to the name that is denied.
      const beside = rcode === RCODE.NOERROR ? draft.records : found;
      const records = [
        ...answers.slice(0, index),
        { ...record, rdata: name },
        ...found.filter(({ section }) => section === 'answer'),
        ...beside.filter(({ section }) => section !== 'answer'),
      ];
      // What came before it is whole, up to the alias; a part of the rest must not be kept for all of it.
      const truncated = outcome.kind === 'reply' && isTruncated(outcome.reply.message.bytes);
      done({ ...draft, rcode, records, truncated });
    });
    return;
  }
  done(draft);
};
