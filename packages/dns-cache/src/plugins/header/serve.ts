import type { Reply, ReplyFlags } from '../../message/answer.ts';
import type { Handler, Request } from '../../plugin/handler.ts';
import type { Site } from '../../plugin/site.ts';
import type { HeaderValue } from './setup.ts';

/** What the rules say of a flag; `undefined` where they say nothing. */
type Wanted = Readonly<Record<'aa' | 'ra' | 'rd', boolean | undefined>>;

const wantedBy = (rules: HeaderValue['query']): Wanted =>
  rules.reduce<Wanted>((wanted, { flag, state }) => ({ ...wanted, [flag]: state }), {
    aa: undefined,
    ra: undefined,
    rd: undefined,
  });

/** AA and RA mean nothing in a query, and no upstream is told them. */
const changeQuery = (request: Request, { rd }: Wanted): Request => {
  if (rd === undefined) return request;
  const { query } = request;
  return { ...request, query: { ...query, header: { ...query.header, recursionDesired: rd } } };
};

const changeReply = (reply: Reply, query: Wanted, response: Wanted): Reply => {
  // A reply echoes RD, and what it echoes has been changed.
  const recursionDesired = response.rd ?? reply.flags.recursionDesired ?? query.rd;
  const flags: ReplyFlags = {
    ...reply.flags,
    authoritative: response.aa ?? reply.flags.authoritative,
    recursionAvailable: response.ra ?? reply.flags.recursionAvailable,
    ...(recursionDesired === undefined ? {} : { recursionDesired }),
  };
  return { ...reply, flags };
};

/** Sets and clears flags of queries on their way in and of replies on their way out (CoreDNS plugin/header/header.go). */
export const serve = (value: HeaderValue, _site: Site, next: Handler): Handler => {
  const query = wantedBy(value.query);
  const response = wantedBy(value.response);
  return (request, answer) =>
    next(changeQuery(request, query), (outcome) =>
      answer(outcome.kind === 'reply' ? { ...outcome, reply: changeReply(outcome.reply, query, response) } : outcome),
    );
};
