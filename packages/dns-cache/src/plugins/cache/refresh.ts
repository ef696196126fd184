import { readHeader } from '../../message/header.ts';
import type { Outcome, Request } from '../../plugin/handler.ts';

/**
 * The request that asks for an entry again on nobody's behalf: over TCP, so that the reply is not cut to what the client
 * that set it off takes (CoreDNS plugin/cache/cache.go, newPrefetchResponseWriter).
 */
export const refreshOf = (request: Request): Request => ({ ...request, transport: 'tcp' });

/** Does this say what is true now, so that it may take the place of an expired entry (RFC 8767 §5)? */
export const isNews = (outcome: Outcome): boolean =>
  outcome.kind === 'reply' && (outcome.class === 'NoError' || outcome.class === 'NoData' || outcome.class === 'NameError' || outcome.class === 'Delegation');

/** Was it cut, so that its client will ask again over TCP? Until that is answered an expired entry may still be needed. */
export const isCut = (outcome: Outcome): boolean =>
  outcome.kind === 'reply' && readHeader(outcome.reply.message.bytes).truncated;
