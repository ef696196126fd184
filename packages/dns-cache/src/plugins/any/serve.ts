import { characterString } from '../../message/character-string.ts';
import { CLASS, TYPE } from '../../message/numbers.ts';
import { concatenate } from '../../message/octets.ts';
import type { Handler } from '../../plugin/handler.ts';
import { ownReply } from '../../plugin/own-reply.ts';
import type { Site } from '../../plugin/site.ts';
import type { AnyValue } from './setup.ts';

/** CoreDNS plugin/any/any.go. */
const TTL_SECONDS = 8482;

const RDATA = concatenate(['ANY obsoleted', 'See RFC 8482'].map(characterString));

/** Answers a query for all types with one record that says why not (RFC 8482 §4.2). */
export const serve =
  (_value: AnyValue, _site: Site, next: Handler): Handler =>
  (request, answer) => {
    const { name, type } = request.query.question;
    if (type !== TYPE.ANY) {
      next(request, answer);
      return;
    }
    const record = { section: 'answer', name, type: TYPE.HINFO, class: CLASS.IN, ttl: TTL_SECONDS, rdata: RDATA } as const;
    answer(ownReply('any', request, { authoritative: false, records: [record] }));
  };
