import type { Cache, Insertion } from '../../engine/cache.ts';
import { createCache } from '../../engine/cache.ts';
import { createCoalescer } from '../../engine/coalesce.ts';
import { cacheKey, missKey } from '../../engine/key.ts';
import { ageSeconds } from '../../engine/store.ts';
import type { Reply } from '../../message/answer.ts';
import type { KeptMessage } from '../../message/kept.ts';
import { isWithin } from '../../message/name.ts';
import type { Handler, Outcome, Request, Site } from '../../server/handler.ts';
import type { CacheValue } from './setup.ts';

/** RFC 6840 §5.7: a client that set neither AD nor DO does not understand AD. */
const authenticatedFor = ({ query }: Request, message: KeptMessage): boolean =>
  message.header.authenticated && (query.header.authenticated || query.edns?.dnssecOk === true);

const freshReply = (request: Request, message: KeptMessage): Reply => ({
  message,
  ageSeconds: 0,
  authoritative: message.header.authoritative,
  authenticated: authenticatedFor(request, message),
});

const fromCache = (request: Request, message: KeptMessage, age: number): Reply => ({
  message,
  ageSeconds: age,
  // plugin/cache/item.go: old glibc discards answers without AA.
  authoritative: true,
  authenticated: authenticatedFor(request, message),
});

/** The outcome as each of those who waited for it gets it. */
const outcomeFor = (request: Request, outcome: Outcome): Outcome =>
  outcome.kind === 'reply' ? { ...outcome, reply: freshReply(request, outcome.reply.message) } : outcome;

interface Labels {
  readonly kind: 'cache';
  readonly server: string;
  readonly zone: string;
  readonly zones: string;
}

/** Answers from what it holds; otherwise asks on, once for all who want to know the same, and keeps what it hears. */
export const serve = (value: CacheValue, { runtime }: Site, next: Handler): Handler => {
  const cache: Cache = createCache({
    ...value,
    successEntriesMax: value.success.entriesMax,
    denialEntriesMax: value.denial.entriesMax,
  });
  const misses = createCoalescer<Outcome>();
  const zones = value.zones.map(({ text }) => text).join(',');

  const keep = (key: string, request: Request, outcome: Outcome, labels: Labels): Outcome => {
    if (outcome.kind !== 'reply') return outcome;
    const { recursionDesired } = request.query.header;
    const insertion: Insertion = cache.insert(key, recursionDesired, outcome.reply.message, runtime.now());
    if (insertion.kind === 'stored') {
      const { store, lifeSeconds, entries, evictions } = insertion;
      runtime.emit({ ...labels, outcome: 'stored', store, lifeSeconds, entries, evictions });
    }
    return { ...outcome, reply: { ...outcome.reply, message: insertion.message } };
  };

  return (request, answer) => {
    if (!value.zones.some((zone) => isWithin(request.name, zone.folded))) {
      next(request, answer);
      return;
    }
    const labels: Labels = { kind: 'cache', server: request.server, zone: request.zone.text, zones };
    const key = cacheKey(request.query);
    const found = cache.lookUp(key, request.query.header.recursionDesired, runtime.now());
    if (found.kind === 'hit') {
      const { store, entry } = found;
      runtime.emit({ ...labels, outcome: 'hit', store });
      const reply = fromCache(request, entry.message, ageSeconds(entry, runtime.now()));
      answer({ kind: 'reply', reply, class: entry.class });
      return;
    }
    const wanted = missKey(request.query, request.transport);
    const first = misses.join(wanted, (outcome) => answer(outcomeFor(request, outcome)));
    runtime.emit({ ...labels, outcome: 'miss', coalesced: !first });
    if (!first) return;
    // The AD bit of a kept answer serves all clients, so the upstream is always asked for it (CoreDNS 1.14.7).
    next({ ...request, wantsAuthenticated: true }, (outcome) => {
      misses.settle(wanted, keep(key, request, outcome, labels));
    });
  };
};
