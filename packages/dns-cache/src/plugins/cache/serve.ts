import type { Cache, Insertion } from '../../engine/cache.ts';
import { createCache } from '../../engine/cache.ts';
import type { CachePlace, Place } from '../../engine/effect.ts';
import { createCoalescer } from '../../engine/coalesce.ts';
import { cacheKey, missKey } from '../../engine/key.ts';
import { ageSeconds } from '../../engine/store.ts';
import type { Reply } from '../../message/answer.ts';
import type { KeptMessage } from '../../message/kept.ts';
import { isWithin } from '../../message/name.ts';
import type { Handler, Outcome, Request, Site } from '../../server/handler.ts';
import type { CacheValue } from './setup.ts';

const fromCache = (message: KeptMessage, age: number): Reply => ({
  message,
  ttl: { kind: 'minus', seconds: age },
  // plugin/cache/item.go: old glibc discards answers without AA.
  flags: { ...message.header, authoritative: true },
  extendedErrors: [],
  options: [],
});

/** Answers from what it holds; otherwise asks on, once for all who want to know the same, and keeps what it hears. */
export const serve = (value: CacheValue, { runtime }: Site, next: Handler): Handler => {
  const cache: Cache = createCache({
    ...value,
    successEntriesMax: value.success.entriesMax,
    denialEntriesMax: value.denial.entriesMax,
  });
  const misses = createCoalescer<Outcome>();
  const zones = value.zones.map(({ text }) => text).join(',');

  const places = new Map<Place, CachePlace>();
  const placeOf = (place: Place): CachePlace => {
    const known = places.get(place);
    if (known !== undefined) return known;
    const made = { ...place, zones };
    places.set(place, made);
    return made;
  };

  const keep = (key: string, request: Request, outcome: Outcome, place: CachePlace): Outcome => {
    if (outcome.kind !== 'reply') return outcome;
    const { recursionDesired } = request.query.header;
    const insertion: Insertion = cache.insert(key, recursionDesired, outcome.reply.message, runtime.now());
    if (insertion.kind === 'stored') {
      const { store, lifeSeconds, entries, evictions } = insertion;
      runtime.emit({ kind: 'cache', cache: place, outcome: 'stored', store, lifeSeconds, entries, evictions });
    }
    return { ...outcome, reply: { ...outcome.reply, message: insertion.message } };
  };

  return (request, answer) => {
    if (!value.zones.some((zone) => isWithin(request.name, zone.folded))) {
      next(request, answer);
      return;
    }
    const place = placeOf(request.place);
    const key = cacheKey(request.query);
    const found = cache.lookUp(key, request.query.header.recursionDesired, runtime.now());
    if (found.kind === 'hit') {
      const { store, entry } = found;
      runtime.emit({ kind: 'cache', cache: place, outcome: 'hit', store, stale: false });
      const reply = fromCache(entry.message, ageSeconds(entry, runtime.now()));
      answer({ kind: 'reply', reply, class: entry.class, plugin: 'cache' });
      return;
    }
    const wanted = missKey(request.query, request.transport);
    const first = misses.join(wanted, answer);
    runtime.emit({ kind: 'cache', cache: place, outcome: 'miss', coalesced: !first });
    if (!first) return;
    // The AD bit of a kept answer serves all clients, so the upstream is always asked for it (CoreDNS 1.14.7).
    next({ ...request, wantsAuthenticated: true }, (outcome) => {
      misses.settle(wanted, keep(key, request, outcome, place));
    });
  };
};
