import type { Handler, Outcome, Request } from '../../plugin/handler.ts';
import { NO_LABELS } from '../../plugin/labels.ts';
import { fillIn } from '../../plugin/placeholders.ts';
import type { Site } from '../../plugin/site.ts';
import type { TappedAnswer, Tapping } from '../../plugin/tapping.ts';
import { facilityOf } from './facility.ts';
import type { DnstapLine, DnstapValue } from './setup.ts';

const tappingOf = (line: DnstapLine): Tapping => ({
  tap: { sink: facilityOf(line).sink, identity: line.serverIdentity, version: line.version },
  isFull: line.isFull,
  extra: line.extra,
});

/** Tells of each query and its answer, and has `forward` tell of its own (CoreDNS plugin/dnstap/handler.go). */
export const serve = (value: DnstapValue, { runtime }: Site, next: Handler): Handler => {
  const ours = value.map(tappingOf);

  const tell = (request: Request): void => {
    const { query, labels, transport, client, receivedAt, message } = request;
    for (const { tap, isFull, extra } of ours) {
      runtime.emit({
        kind: 'tap',
        tap,
        type: 'client-query',
        transport,
        asker: client,
        responder: undefined,
        askedAt: receivedAt,
        answeredAt: undefined,
        message: isFull ? message : undefined,
        extra: fillIn(extra, { request, query, outcome: undefined, labels, now: receivedAt }),
      });
    }
  };

  const tappedBy = (request: Request, outcome: Outcome): readonly TappedAnswer[] => {
    const { query, labels } = request;
    const known = labels && new Map([...labels, ...(outcome.labels ?? NO_LABELS)]);
    return ours.map(({ tap, isFull, extra }) => ({ tap, isFull, extra: fillIn(extra, { request, query, outcome: undefined, labels: known, now: 0 }) }));
  };

  return (request, answer) => {
    // What the server asks itself for an answer's sake is nobody's query.
    if (request.resolutions > 0) {
      next(request, answer);
      return;
    }
    tell(request);
    next({ ...request, tappings: [...request.tappings, ...ours] }, (outcome) => answer({ ...outcome, tapped: tappedBy(request, outcome) }));
  };
};
