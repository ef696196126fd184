import { replyRecords } from '../../message/compose.ts';
import { isTruncated } from '../../message/header.ts';
import { RCODE, TYPE } from '../../message/numbers.ts';
import type { Handler, Outcome, Request } from '../../plugin/handler.ts';

type ReplyOutcome = Extract<Outcome, { kind: 'reply' }>;

/** What there is at a place of the search list. */
export type Verdict =
  | { readonly kind: 'absent' }
  /** Addresses, if not of this type then of the other. */
  | { readonly kind: 'found'; readonly outcome: ReplyOutcome }
  /** A failure, a name without addresses, or half of an answer: resolvers do not make the same of it, so it is left to them. */
  | { readonly kind: 'uncertain' };

export const isDenied = (outcome: Outcome): outcome is ReplyOutcome => outcome.kind === 'reply' && outcome.reply.message.rcode === RCODE.NXDOMAIN;

const isWhole = (outcome: Outcome): outcome is ReplyOutcome =>
  outcome.kind === 'reply' && outcome.reply.message.rcode === RCODE.NOERROR && !isTruncated(outcome.reply.message.bytes);

const hasAddresses = ({ reply }: ReplyOutcome, type: number): boolean => replyRecords(reply).some((record) => record.section === 'answer' && record.type === type);

/** Resolvers look for addresses of both kinds at a place, and go to the next one where there are none of either. */
const otherType = (type: number): number => (type === TYPE.A ? TYPE.AAAA : TYPE.A);

export const ofOtherType = (request: Request): Request => {
  const { query } = request;
  return { ...request, query: { ...query, question: { ...query.question, type: otherType(query.question.type) } } };
};

const judge = (own: Outcome, other: Outcome, type: number): Verdict => {
  if (isDenied(own) && isDenied(other)) return { kind: 'absent' };
  if (!isWhole(own) || !isWhole(other)) return { kind: 'uncertain' };
  return hasAddresses(own, type) || hasAddresses(other, otherType(type)) ? { kind: 'found', outcome: own } : { kind: 'uncertain' };
};

/** Asks for addresses of both kinds; `request` is for one of them. */
export const lookAt = (resolve: Handler, request: Request, done: (verdict: Verdict) => void): void => {
  const { type } = request.query.question;
  let own: Outcome | undefined;
  let other: Outcome | undefined;
  const heard = (): void => {
    if (own !== undefined && other !== undefined) done(judge(own, other, type));
  };
  resolve(request, (outcome) => {
    own = outcome;
    heard();
  });
  resolve(ofOtherType(request), (outcome) => {
    other = outcome;
    heard();
  });
};
