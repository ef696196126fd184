import type { Handler } from '../../plugin/handler.ts';
import type { Site } from '../../plugin/site.ts';
import type { BufsizeValue } from './setup.ts';

/** Lowers, and never raises, what a client says that it takes over UDP (CoreDNS plugin/bufsize/bufsize.go). */
export const serve =
  (octets: BufsizeValue, _site: Site, next: Handler): Handler =>
  (request, answer) => {
    const { query } = request;
    if (query.edns === undefined || query.edns.udpPayloadSize <= octets) {
      next(request, answer);
      return;
    }
    const edns = { ...query.edns, udpPayloadSize: octets };
    next({ ...request, query: { ...query, edns } }, (outcome) =>
      answer(outcome.kind === 'reply' ? { ...outcome, reply: { ...outcome.reply, udpPayloadMax: octets } } : outcome),
    );
  };
