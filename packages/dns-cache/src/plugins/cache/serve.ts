import type { Cache, Lookup } from '../../engine/cache.ts';
import { classify, logClass } from '../../engine/classify.ts';
import { createCoalescer } from '../../engine/coalesce.ts';
import type { CachePlace, Place } from '../../engine/effect.ts';
import { cacheKey, missKey, withDnssecOk } from '../../engine/key.ts';
import { FAILURE_MS_MIN } from '../../engine/limits.ts';
import { countHit, hitWantsPrefetch, markStaleHit } from '../../engine/popularity.ts';
import type { CacheEntry } from '../../engine/entry.ts';
import { ageSeconds, withMessage } from '../../engine/entry.ts';
import { replyFrom, staleReply } from '../../engine/reply.ts';
import type { StoreName } from '../../engine/store.ts';
import type { Reply, ToldTtl } from '../../message/answer.ts';
import { UNCHANGED_TTL } from '../../message/answer.ts';
import { composeReply } from '../../message/compose.ts';
import { recheck, withAnswerFlags } from '../../message/kept.ts';
import { isWithin } from '../../message/name.ts';
import { RCODE, TYPE } from '../../message/numbers.ts';
import type { Query } from '../../message/query.ts';
import { SIGNATURES, withoutSignatures } from '../../message/unsigned.ts';
import type { Answer, Handler, Outcome, Request } from '../../plugin/handler.ts';
import type { Site } from '../../plugin/site.ts';
import { isCut, isNews, refreshOf } from './refresh.ts';
import { explain } from './explain.ts';
import type { CacheValue } from './setup.ts';
import { optionsOf } from './setup.ts';

type Stored = Extract<ReturnType<Cache['insert']>, { kind: 'stored' }>;
type ReplyOutcome = Extract<Outcome, { kind: 'reply' }>;

const outcomeFrom = (entry: CacheEntry, reply: Reply): Outcome => ({
  kind: 'reply',
  reply,
  class: entry.class,
  plugin: 'cache',
});

/** Answers from what it holds; otherwise asks on, once for all who want to know the same, and keeps what it hears. */
export const serve = (value: CacheValue, site: Site, next: Handler): Handler => {
  const { runtime } = site;
  const zones = value.zones.map(({ text }) => text).join(',');
  const cache = site.caches.adopt(zones, optionsOf(value));
  const misses = createCoalescer<Outcome>();
  const places = new Map<Place, CachePlace>();

  const covers = (name: string): boolean => value.zones.some((zone) => isWithin(name, zone.folded));

  const placeOf = (place: Place): CachePlace => {
    const known = places.get(place) ?? { ...place, zones };
    places.set(place, known);
    return known;
  };

  const tellStored = ({ place }: Request, { store, lifeSeconds, entries, evictions }: Stored): void => {
    runtime.emit({ kind: 'cache', cache: placeOf(place), outcome: 'stored', store, lifeSeconds, entries, evictions });
  };

  const passedOn = (outcome: ReplyOutcome, message: Reply['message']): Outcome => ({
    ...outcome,
    reply: { ...outcome.reply, message, ttl: UNCHANGED_TTL, optOctets: 0 },
  });

  const keepReply = (key: string, request: Request, outcome: ReplyOutcome): Outcome => {
    const { reply } = outcome;
    // A zone that was mended is to be seen at once.
    if (outcome.class === 'OutOfDate') {
      // To whoever sees it from here on it is an answer like any other: the cache takes OPT, and DO with it, away.
      const message = cache.pass(reply, outcome.class);
      return passedOn({ ...outcome, class: classify(recheck(message), message.rcode) }, message);
    }
    const insertion = cache.insert(key, request.query.header.recursionDesired, reply, runtime.now());
    if (insertion.kind === 'stored') tellStored(request, insertion);
    return passedOn(outcome, insertion.message);
  };

  /** RFC 9520 §3.2: that nobody answered is remembered too, or every client would ask a dead upstream again. */
  const keepFailure = (key: string, request: Request, outcome: Extract<Outcome, { kind: 'failure' }>): void => {
    if (outcome.isResolution !== true || outcome.rcode !== RCODE.SERVFAIL || value.servfailMs <= 0) return;
    const { question, header } = request.query;
    const reply = composeReply({ question, rcode: RCODE.SERVFAIL });
    const told = { ...reply, extendedErrors: outcome.extendedErrors ?? [] };
    const stored = cache.insertFailure(key, header.recursionDesired, told, Math.min(FAILURE_MS_MIN, value.servfailMs), runtime.now());
    if (stored !== undefined) tellStored(request, stored);
  };

  const isUnwantedDenial = (outcome: Outcome): boolean =>
    value.stale?.preferPositive === true && outcome.kind === 'reply' && logClass(outcome.class) === 'denial';

  const keep = (key: string, request: Request, expired: CacheEntry | undefined, outcome: Outcome): Outcome => {
    // What is no news must not take the place of an expired entry that may still be served (RFC 8767 §5).
    if (expired !== undefined && !isNews(outcome)) {
      expired.recheckAt = runtime.now() + (value.stale?.recheckMs ?? 0);
      return outcome;
    }
    const told = outcome.kind === 'reply' ? keepReply(key, request, outcome) : outcome;
    if (outcome.kind === 'failure') keepFailure(key, request, outcome);
    // News ends what has expired, even where it cannot be kept itself; but a denial may be what is not wanted. What took the
    // place of an entry is as popular as that was, so that it is looked for first.
    if (expired !== undefined && !isCut(outcome) && !isUnwantedDenial(outcome)) cache.dropExpired(key, runtime.now());
    return told;
  };

  /** Asks on, or waits with those who have. True where it is the one who asks. */
  const fetch = (key: string, request: Request, expired: CacheEntry | undefined, told: Answer): boolean => {
    // The AD bit of a kept answer serves all clients, so the upstream is always asked for it (CoreDNS 1.14.7).
    const asked = { ...request, wantsAuthenticated: true };
    // `loop` has to see its probe each time it comes round; waiting for itself, it would come only once.
    if (request.query.question.type === TYPE.HINFO) {
      next(asked, (outcome) => told(keep(key, request, expired, outcome)));
      return true;
    }
    const wanted = missKey(key, request.query.header.recursionDesired, request.transport);
    if (!misses.join(wanted, told)) return false;
    next(asked, (outcome) => misses.settle(wanted, keep(key, request, expired, outcome)));
    return true;
  };

  const refresh = (key: string, request: Request, entry: CacheEntry): void => {
    if (runtime.now() < entry.recheckAt) return;
    // A failure makes way for whatever comes, another failure too: else each hit until its end would ask again.
    const worthKeeping = entry.class === 'ServerError' ? undefined : entry;
    const asks = fetch(key, refreshOf(request), worthKeeping, () => undefined);
    if (asks) runtime.emit({ kind: 'cache', cache: placeOf(request.place), outcome: 'refresh' });
  };

  const told = (entry: CacheEntry): ToldTtl =>
    value.keepTtl ? UNCHANGED_TTL : { kind: 'minus', seconds: ageSeconds(entry, runtime.now()) };

  const serveStale = (key: string, request: Request, store: StoreName, entry: CacheEntry, answer: Answer): void => {
    const { mode, ttlSeconds } = value.stale ?? { mode: { kind: 'immediate' } as const, ttlSeconds: 0 };
    let answered = false;
    // Until it is told, the entry may have made room for another.
    const asItWas = withMessage(entry, entry.message);
    const ttl: ToldTtl = value.keepTtl && ttlSeconds === 0 ? UNCHANGED_TTL : { kind: 'all', seconds: ttlSeconds };
    const answerStale = (): void => {
      if (answered) return;
      answered = true;
      runtime.emit({ kind: 'cache', cache: placeOf(request.place), outcome: 'hit', store, stale: true });
      answer(outcomeFrom(asItWas, staleReply(asItWas, ttl)));
    };
    if (mode.kind === 'immediate' || runtime.now() < entry.recheckAt) {
      markStaleHit(entry, runtime.now());
      answerStale();
      refresh(key, request, entry);
      return;
    }
    const patience = mode.timeoutMs > 0 ? runtime.timers.set(runtime.now() + mode.timeoutMs, answerStale) : undefined;
    fetch(key, request, entry, (outcome) => {
      if (patience !== undefined) runtime.timers.cancel(patience);
      if (answered) return;
      if (!isNews(outcome) || (store === 'success' && isUnwantedDenial(outcome))) {
        answerStale();
        return;
      }
      answered = true;
      // It was found, though then something newer came (CoreDNS plugin/cache/handler.go, getIfNotStale).
      runtime.emit({ kind: 'cache', cache: placeOf(request.place), outcome: 'hit', store, stale: false });
      answer(outcome);
    });
  };

  /** An answer to DO=1 makes one to DO=0 by what is left out (RFC 4035 §3.2.1): then nobody need be asked. */
  const lookUp = (key: string, { edns, header, question }: Query): Lookup => {
    const found = cache.lookUp(key, header.recursionDesired, runtime.now());
    // What a server says of signatures themselves without DO is its own business.
    if (found.kind !== 'miss' || edns?.dnssecOk === true || !cache.hasKeptSigned || SIGNATURES.has(question.type)) return found;
    const signed = cache.lookUp(withDnssecOk(key), header.recursionDesired, runtime.now());
    if (signed.kind !== 'hit' || signed.entry.class === 'ServerError') return found;
    const { message, flags } = withoutSignatures(replyFrom(signed.entry, UNCHANGED_TTL));
    cache.copy(signed.store, key, withMessage(signed.entry, withAnswerFlags(message, flags)));
    return cache.lookUp(key, header.recursionDesired, runtime.now());
  };

  const coversBlock = site.zones.every((zone) => value.zones.some(({ folded }) => isWithin(zone.folded, folded)));
  site.offerHits({
    keepTtl: value.keepTtl,
    placeOf,
    find(key, nameOctets, recursionDesired, now) {
      if (!coversBlock && !covers(key.slice(0, nameOctets))) return undefined;
      const found = cache.lookUp(key, recursionDesired, now);
      // A reason to tell, or an entry to ask for again: that takes the long way.
      if (found.kind !== 'hit' || found.entry.extendedErrors.length > 0) return undefined;
      return hitWantsPrefetch(found.entry, value.prefetch, now) ? undefined : found.entry;
    },
    count: (entry, now) => countHit(entry, value.prefetch, now),
  });

  site.offerWords((about) => explain({ value, cache, zones, covers: covers(about.name) }, about));

  /** What is for the client alone (RFC 7871 §7.3) is told as any answer is, but neither kept nor looked for. */
  const passBy = (request: Request, answer: Answer): void => {
    runtime.emit({ kind: 'cache', cache: placeOf(request.place), outcome: 'miss', coalesced: false });
    next({ ...request, wantsAuthenticated: true }, (outcome) => {
      answer(outcome.kind === 'reply' ? passedOn(outcome, cache.pass(outcome.reply)) : outcome);
    });
  };

  return (request, answer) => {
    if (!covers(request.name)) {
      next(request, answer);
      return;
    }
    if (request.upstreamOptions.some(({ isOfClient }) => isOfClient)) {
      passBy(request, answer);
      return;
    }
    const key = cacheKey(request.query, request.name);
    const found = lookUp(key, request.query);
    switch (found.kind) {
      case 'hit': {
        const wantsPrefetch = hitWantsPrefetch(found.entry, value.prefetch, runtime.now());
        countHit(found.entry, value.prefetch, runtime.now());
        runtime.emit({ kind: 'cache', cache: placeOf(request.place), outcome: 'hit', store: found.store, stale: false });
        answer(outcomeFrom(found.entry, replyFrom(found.entry, told(found.entry))));
        if (wantsPrefetch) refresh(key, request, found.entry);
        return;
      }
      case 'stale':
        serveStale(key, request, found.store, found.entry, answer);
        return;
      case 'miss': {
        const asks = fetch(key, request, undefined, answer);
        runtime.emit({ kind: 'cache', cache: placeOf(request.place), outcome: 'miss', coalesced: !asks });
      }
    }
  };
};
