import { addressOctets, networkHolds } from '../../address.ts';
import { clientOf } from '../../clients/ledger.ts';
import type { Effect, Place } from '../../engine/effect.ts';
import { cacheKey } from '../../engine/key.ts';
import { EXTENDED_ERROR } from '../../message/extended-error.ts';
import { RCODE } from '../../message/numbers.ts';
import type { Handler, Outcome, Request } from '../../plugin/handler.ts';
import { ownReply } from '../../plugin/own-reply.ts';
import type { HitSource, Site } from '../../plugin/site.ts';
import { rememberByText } from '../../remember.ts';
import { createBuckets } from './buckets.ts';
import type { LimitValue } from './setup.ts';

/** Over TCP a query waits so long for its token: its client has come because it was told to. */
const WAIT_MAX_MS = 1000;

/** A client is named in the log so often at most. */
const WARN_EVERY_MS = 10_000;

type Action = 'truncated' | 'refused' | 'dropped' | 'delayed';

const counted = ({ server, zone, view }: Place, action: Action): Effect => ({
  kind: 'metric',
  metric: 'coredns_limit_exceeded_total',
  labels: [server, zone, view, action],
  value: 1,
});

const REFUSAL = { authoritative: false, rcode: RCODE.REFUSED, extendedErrors: [{ code: EXTENDED_ERROR.OTHER, text: 'too many queries' }] };

const outcomeOf = (action: Exclude<Action, 'delayed'>, request: Request): Outcome => {
  switch (action) {
    case 'truncated':
      return ownReply('limit', request, { authoritative: false, truncated: true });
    case 'refused':
      return ownReply('limit', request, REFUSAL);
    case 'dropped':
      return { kind: 'silence' };
  }
};

const isHit = (hits: HitSource | undefined, { query, name }: Request, now: number): boolean =>
  hits?.find(cacheKey(query, name), name.length, query.header.recursionDesired, now) !== undefined;

/** Lets each client have so many queries a second, and no more. */
export const serve = (value: LimitValue, site: Site, next: Handler): Handler => {
  const { perSecond, burst, over, exempt, hitsAreFree } = value;
  const { runtime, share, guardHits, hitsBehind } = site;
  // Each thread has its part of the names, and so of the queries.
  const buckets = createBuckets({ perSecond: perSecond / share.threads, burst: Math.ceil(burst / share.threads) });
  const clientAt = clientOf(value.bits);
  let warnedAt = Number.NEGATIVE_INFINITY;

  const isExempt = rememberByText((address: string): boolean => {
    const octets = addressOctets(address);
    return octets !== undefined && exempt.some((network) => networkHolds(network, octets));
  });
  const isFree = exempt.length === 0 ? () => false : isExempt;

  const warn = (client: string): void => {
    if (runtime.now() - warnedAt < WARN_EVERY_MS) return;
    warnedAt = runtime.now();
    runtime.emit({ kind: 'log', level: 'warning', line: `[WARNING] plugin/limit: ${client} asks more than ${perSecond} queries a second` });
  };

  guardHits({
    ...(hitsAreFree ? {} : { admits: ({ address }, now) => isFree(address) || buckets.takeOne(clientAt(address), now) }),
    bars: ({ address }, place, now) => (isFree(address) || !buckets.isMuted(clientAt(address), now) ? undefined : counted(place, 'dropped')),
  });

  const end = (action: Exclude<Action, 'delayed'>, request: Request): Outcome => {
    runtime.emit(counted(request.place, action));
    return outcomeOf(action, request);
  };

  const overLimit = (told: boolean, { transport }: Request): Exclude<Action, 'delayed'> => {
    if (!told || over === 'drop') return 'dropped';
    return over === 'truncate' && transport === 'udp' ? 'truncated' : 'refused';
  };

  return (request, answer) => {
    const { client, transport, resolutions } = request;
    const now = runtime.now();
    // Questions of the server's own come of one that was counted.
    if (resolutions > 0 || isFree(client.address) || (hitsAreFree && isHit(hitsBehind, request, now))) {
      next(request, answer);
      return;
    }
    const name = clientAt(client.address);
    // Who was told to come over TCP is not sent away there, but has to wait.
    const waitMs = over === 'truncate' && transport === 'tcp' ? buckets.reserve(name, now, WAIT_MAX_MS) : undefined;
    if (waitMs !== undefined && waitMs > 0) {
      runtime.emit(counted(request.place, 'delayed'));
      runtime.timers.set(now + waitMs, () => next(request, answer));
      return;
    }
    if (waitMs === 0) {
      next(request, answer);
      return;
    }
    const admission = buckets.take(name, now);
    if (admission === 'within') {
      next(request, answer);
      return;
    }
    warn(name);
    answer(end(overLimit(admission === 'over-and-told', request), request));
  };
};
