import { tailOfKey } from '../../engine/key.ts';
import { editReply, replyRecords } from '../../message/compose.ts';
import type { WireName } from '../../message/name.ts';
import { foldName, NAME_OCTETS_MAX, ROOT } from '../../message/name.ts';
import { CLASS, TYPE } from '../../message/numbers.ts';
import { concatenate } from '../../message/octets.ts';
import type { Handler, Outcome, Request } from '../../plugin/handler.ts';
import type { Site } from '../../plugin/site.ts';
import { domainsOf, octetsOf } from './domains.ts';
import type { FirstPlace } from './first-domain.ts';
import { readFirstPlace, serviceDomainOf, serviceOf } from './first-domain.ts';
import { createSearchMemory } from './memory.ts';
import type { SearchValue } from './setup.ts';
import type { Verdict } from './verdict.ts';
import { isDenied, lookAt, ofOtherType } from './verdict.ts';

/** So long the client waits for what is found; then it is told what it asked, and may find out by itself. */
const PATIENCE_MS = 1500;

/** No service has so many labels before its namespace, nor a pod of one: a list has made the name. */
const LABELS_OF_LISTS = 3;

type Result = 'found' | 'nowhere' | 'uncertain';

const isSearched = (type: number, klass: number): boolean => klass === CLASS.IN && (type === TYPE.A || type === TYPE.AAAA);

const isAnswered = (outcome: Outcome): boolean => outcome.kind === 'reply' && outcome.class === 'NoError';

const leastTtl = (...outcomes: readonly Extract<Outcome, { kind: 'reply' }>[]): number =>
  Math.min(...outcomes.flatMap(({ reply }) => replyRecords(reply).map(({ ttl }) => ttl)));

/** Follows a pod's search list where the name in its first domain is denied, and answers with what there is. */
export const serve = (value: SearchValue, site: Site, next: Handler): Handler => {
  const { runtime, resolve, guardHits, share } = site;
  const serviceDomain = serviceDomainOf(value.cluster.folded);
  const domains = domainsOf(value, site);
  const memory = createSearchMemory(share.board);
  /** By a clock that all threads have. */
  const nowSeconds = (): number => runtime.unixSeconds() ?? Math.floor(runtime.now() / 1000);

  // What may be the beginning of a search takes the long way.
  guardHits({
    admits(_client, _now, key, nameOctets, entry) {
      if (entry.class === 'NoError') return true;
      const { type, class: klass } = tailOfKey(key);
      return !isSearched(type, klass) || readFirstPlace(key.slice(0, nameOctets), serviceDomain) === undefined;
    },
  });

  const count = ({ place: { server, zone, view } }: Request, result: Result): void =>
    runtime.emit({ kind: 'metric', metric: 'coredns_search_denials_total', labels: [server, zone, view, result], value: 1 });

  /** The places behind the first, as the client spells the name; the last is the name itself. */
  const placesBehind = ({ query: { question } }: Request, { octets }: FirstPlace): readonly WireName[] =>
    [...domains(), ROOT].map((domain) => concatenate([question.name.subarray(0, octets), domain]));

  /** Whether the question is one that a resolver begins with, as far as can be known. */
  const isBeginning = ({ client: { address }, name }: Request, first: FirstPlace): boolean => {
    if (memory.isExpected(address, name, nowSeconds())) return false;
    if (first.labels >= LABELS_OF_LISTS) memory.learn(address, first.namespace);
    return first.labels <= value.ndots && memory.mayBeOf(address, first.namespace);
  };

  const at = (request: Request, name: WireName): Request => {
    const { query } = request;
    return { ...request, query: { ...query, question: { ...query.question, name } }, name: foldName(name) };
  };

  /** What is at the first place that has anything. A name that is too long is at none, which resolvers take for a failure. */
  const look = (request: Request, places: readonly WireName[], done: (verdict: Verdict, place: WireName) => void): void => {
    const [place = ROOT, ...rest] = places;
    if (place.length > NAME_OCTETS_MAX) {
      done({ kind: 'uncertain' }, place);
      return;
    }
    lookAt(resolve, at(request, place), (verdict) => {
      if (verdict.kind === 'absent' && rest.length > 0) look(request, rest, done);
      else done(verdict, place);
    });
  };

  /** The denial is about addresses of both kinds, and the name is not one that a pod of a service would have. */
  const isAbsent = (request: Request, first: FirstPlace, done: (absent: boolean) => void): void => {
    resolve(ofOtherType(request), (other) => {
      if (!isDenied(other) || first.labels === 1) {
        done(isDenied(other));
        return;
      }
      resolve(at(request, octetsOf(serviceOf(request.name, first))), (outcome) => done(isDenied(outcome)));
    });
  };

  const search = (request: Request, denial: Extract<Outcome, { kind: 'reply' }>, first: FirstPlace, places: readonly WireName[], answer: (outcome: Outcome) => void): void => {
    let isOver = false;
    const end = (result: Result, outcome: Outcome): void => {
      if (isOver) return;
      isOver = true;
      runtime.timers.cancel(patience);
      count(request, result);
      answer(outcome);
    };
    const patience = runtime.timers.set(runtime.now() + PATIENCE_MS, () => end('uncertain', denial));
    isAbsent(request, first, (absent) => {
      if (!absent) {
        end('uncertain', denial);
        return;
      }
      look(request, places, (verdict, place) => {
        if (verdict.kind !== 'found') {
          end(verdict.kind === 'absent' ? 'nowhere' : 'uncertain', denial);
          return;
        }
        const { outcome } = verdict;
        const { question } = request.query;
        const alias = { section: 'answer', name: question.name, type: TYPE.CNAME, class: CLASS.IN, ttl: leastTtl(denial, outcome), rdata: place } as const;
        const reply = editReply(outcome.reply, { question, records: [alias, ...replyRecords(outcome.reply)] });
        const { class: replyClass, plugin } = outcome;
        end('found', { kind: 'reply', class: replyClass, plugin, reply: { ...reply, flags: { ...reply.flags, authenticated: false } } });
      });
    });
  };

  return (request, answer) => {
    const { type, class: klass } = request.query.question;
    const first = request.resolutions === 0 && isSearched(type, klass) ? readFirstPlace(request.name, serviceDomain) : undefined;
    if (first === undefined) {
      next(request, answer);
      return;
    }
    next(request, (outcome) => {
      const begins = isBeginning(request, first);
      if (isAnswered(outcome)) {
        answer(outcome);
        return;
      }
      // Resolvers go on behind a name without addresses, and some behind a failure.
      const places = placesBehind(request, first);
      const further = places.map((place) => foldName(place)).filter((name) => readFirstPlace(name, serviceDomain) !== undefined);
      memory.expect(request.client.address, further, nowSeconds());
      if (begins && isDenied(outcome)) search(request, outcome, first, places, answer);
      else answer(outcome);
    });
  };
};
