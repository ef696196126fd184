import { utf8Octets } from '../../message/character-string.ts';
import type { EdnsOption } from '../../message/opt.ts';
import type { Handler } from '../../plugin/handler.ts';
import type { Site } from '../../plugin/site.ts';
import type { NsidValue } from './setup.ts';

/** RFC 5001 §2.3. */
const NSID = 3;

/** Tells its name to clients that ask for it with EDNS (CoreDNS plugin/nsid/nsid.go). */
export const serve = (data: NsidValue, _site: Site, next: Handler): Handler => {
  const option: EdnsOption = { code: NSID, data: utf8Octets(data) };
  return (request, answer) => {
    if (request.query.edns?.options.some(({ code }) => code === NSID) !== true) {
      next(request, answer);
      return;
    }
    next(request, (outcome) => {
      if (outcome.kind === 'reply') answer({ ...outcome, reply: { ...outcome.reply, options: [...outcome.reply.options, option] } });
      else answer(outcome.kind === 'failure' && outcome.isWritten === true ? { ...outcome, options: [option] } : outcome);
    });
  };
};
