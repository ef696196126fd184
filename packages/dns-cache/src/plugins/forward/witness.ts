import type { TapEffect } from '../../engine/effect.ts';
import type { Runtime } from '../../engine/runtime.ts';
import type { Request } from '../../plugin/handler.ts';
import { fillIn } from '../../plugin/placeholders.ts';
import type { Witness } from '../../upstream/attempt.ts';
import type { Target } from '../../upstream/target.ts';

/** What is said of each message to an upstream or from it. */
type Said = Pick<TapEffect, 'type' | 'transport' | 'askedAt' | 'answeredAt' | 'message'>;

/** Tells those who want to know of a query what upstreams are asked for it; `undefined` where nobody does. */
export const witnessFor = (request: Request, runtime: Runtime): Witness | undefined => {
  const { tappings, query, labels } = request;
  if (tappings.length === 0) return undefined;

  const tell = ({ endpoint, text }: Target, said: Said): void => {
    const known = labels && new Map([...labels, ['forward/upstream', text]]);
    for (const { tap, isFull, extra } of tappings) {
      runtime.emit({
        kind: 'tap',
        tap,
        ...said,
        asker: undefined,
        responder: endpoint,
        message: isFull ? said.message : undefined,
        extra: fillIn(extra, { request, query, outcome: undefined, labels: known, now: runtime.now() }),
      });
    }
  };

  return {
    asked: (target, transport, message) => tell(target, { type: 'forwarder-query', transport, askedAt: runtime.now(), answeredAt: undefined, message }),
    replied: (target, transport, message, askedAt) => tell(target, { type: 'forwarder-response', transport, askedAt, answeredAt: runtime.now(), message }),
  };
};
