import { classify } from '../../engine/classify.ts';
import { editReply, replyRecords } from '../../message/compose.ts';
import { isTruncated } from '../../message/header.ts';
import { recheck } from '../../message/kept.ts';
import { RCODE } from '../../message/numbers.ts';
import type { Query } from '../../message/query.ts';
import { plainQueryOctets } from '../../message/question.ts';
import type { Answer, Handler, Outcome, Request } from '../../plugin/handler.ts';
import type { Site } from '../../plugin/site.ts';
import { applyRules } from './apply.ts';
import { retarget } from './retarget.ts';
import type { Draft } from './revert.ts';
import { revertDraft } from './revert.ts';
import type { InvalidName, Revert } from './rule/rule.ts';
import type { RewriteValue } from './setup.ts';

const refuse = ({ name }: InvalidName): Outcome => ({
  kind: 'failure',
  rcode: RCODE.SERVFAIL,
  error: `invalid name after rewrite: ${name}`,
});

/** A query with another question is of another length. */
const asWritten = (query: Query): Query => ({ ...query, octets: plainQueryOctets(query) });

/** Rules about response codes are about failures too, which have no records. */
const revertRcode = (reverts: readonly Revert[], rcode: number): number =>
  reverts.reduceRight((code, revert) => (revert.kind === 'rcode' && revert.from === code ? revert.to : code), rcode);

/** Undoes what rules did to a request in the answer to it: the last rule first. */
const revertAll = (
  reverts: readonly Revert[],
  draft: Draft,
  request: Request,
  resolve: Handler,
  done: (draft: Draft | InvalidName) => void,
): void => {
  const revert = reverts.at(-1);
  if (revert === undefined) {
    done(draft);
    return;
  }
  const goOn = (changed: Draft | InvalidName): void => {
    if (changed.kind === 'invalid-name') done(changed);
    else revertAll(reverts.slice(0, -1), changed, request, resolve, done);
  };
  if (revert.kind === 'cname') retarget(revert, draft, request, resolve, goOn);
  else goOn(revertDraft(revert, draft));
};

/** Rewrites queries, and turns their answers back into answers to what was asked (CoreDNS plugin/rewrite/rewrite.go). */
export const serve = (rules: RewriteValue, { resolve }: Site, next: Handler): Handler => {
  const revertReply = (
    outcome: Extract<Outcome, { kind: 'reply' }>,
    original: Request,
    asked: Request,
    reverts: readonly Revert[],
    answer: Answer,
  ): void => {
    const { reply } = outcome;
    const { question } = original.query;
    const { rcode, bytes } = reply.message;
    const draft = { kind: 'draft', rcode, records: replyRecords(reply), truncated: isTruncated(bytes) } as const;
    revertAll(reverts, draft, asked, resolve, (reverted) => {
      if (reverted.kind === 'invalid-name') {
        answer(refuse(reverted));
        return;
      }
      const edited = editReply(reply, { ...reverted, question });
      answer({ ...outcome, reply: edited, class: outcome.class === 'OutOfDate' ? outcome.class : classify(recheck(edited.message), edited.message.rcode) });
    });
  };

  return (request, answer) => {
    const rewritten = applyRules(rules, request);
    if (rewritten.kind === 'invalid-name') {
      answer(refuse(rewritten));
      return;
    }
    const { request: asked, reverts, wantsAnswer, stopped } = rewritten;
    const isChanged = asked.query.question !== request.query.question;
    // CoreDNS tells such a failure here, where it can be undone (plugin/rewrite/rewrite.go, serveWithResponseReverter).
    const written = stopped || wantsAnswer === true ? ({ isWritten: true } as const) : undefined;
    next(asked, (result) => {
      const outcome = isChanged && result.asked === undefined ? { ...result, asked: asWritten(asked.query) } : result;
      if (outcome.kind === 'reply' && (isChanged || reverts.length > 0)) revertReply(outcome, request, asked, reverts, answer);
      else if (outcome.kind === 'failure') answer({ ...outcome, ...written, rcode: revertRcode(reverts, outcome.rcode) });
      else answer(outcome);
    });
  };
};
