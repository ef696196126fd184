import { answersOf, isMessage } from '../compare.ts';
import type { Difference } from '../compare.ts';
import type { AskedQuery, SeenStep, ShownAnswer } from '../conversation.ts';
import type { At, Row } from '../at.ts';
import { answersAt, askCount, hasRule, isFlag, lines, LOCAL_FAILURE, ownerOf, typeOf } from './read.ts';

const isMetric = ({ kind }: Difference): boolean => kind.startsWith('metric ');

/** The same question, as it was asked before. */
const sameBefore = ({ query, askedBefore }: At): readonly AskedQuery[] =>
  askedBefore.filter(({ name, type }) => name?.toLowerCase() === query?.name?.toLowerCase() && type === query?.type);

/** Whether one question was asked in the first way, and later in the other, of a directive that answers by itself. */
const hasPair = ({ askedBefore }: At, first: (asked: AskedQuery) => boolean, then: (asked: AskedQuery) => boolean): boolean =>
  askedBefore.some((one, place) => first(one) && askedBefore.slice(place + 1).some((other) => then(other) && one.name?.toLowerCase() === other.name?.toLowerCase() && one.type === other.type));

const isEmptyNoerror = (answer: ShownAnswer | undefined): boolean =>
  isMessage(answer) && answer.rcode === 'NOERROR' && !answer.flags.includes('tc') && answer.answer.length === 0 && !answer.authority.some((record) => typeOf(record) === 'SOA');

/** A failure in which no upstream had part. */
const hasFailedAlone = (step: SeenStep): boolean => askCount(step) === 0 && answersOf(step).some((answer) => isMessage(answer) && answer.rcode === 'SERVFAIL');

const isUnder = (name: string, zone: string): boolean => zone === '.' || name === zone || name.endsWith(`.${zone}`);

const SUBNET = /^\s*rewrite .*edns0 (?:subnet (?:set|append|replace) (?!0 0)|local \S+ \S+ \{client_(?:ip|port)\})/m;

/** Counts of queries and answers, which follow from what was answered. */
const SERVED = /^metric coredns_dns_/;
/** Sums of what answers have in them. */
const SUMS = /^metric coredns_dns_\w+_bytes_sum$/;
const CACHED = /^metric coredns_(?:cache|template|acl)_/;
/** `dns64` looks at failures that come from the cache. */
const TRANSLATED = /^metric coredns_dns64_/;
const HEALTH = /^metric coredns_(?:forward|proxy)_healthcheck_/;

/** What is kept, and what follows from that. */
export const CACHE_ROWS: readonly Row[] = [
  {
    // CoreDNS keeps a failure that comes with an error for `servfail`'s time, whoever failed; ours what upstreams had a part in.
    id: 'failure-cached-local',
    explains: ({ kind, theirs, ours }, at) => {
      if (CACHED.test(kind) || TRANSLATED.test(kind)) return at.earlier.some(hasFailedAlone);
      if (kind === 'log' && [...lines(theirs), ...lines(ours)].every((line) => line.includes(' errors like '))) return at.earlier.some(hasFailedAlone);
      if (!hasRule(at, /^\s*cache\b/m)) return false;
      const hasFailed = hasRule(at, /^\s*rewrite .*rcode/m) || [at.theirs, at.ours].every(hasFailedAlone);
      if (!hasFailed || askCount(at.theirs) + askCount(at.ours) > 0) return false;
      // `dns64` asks for an address too where the failure came from the cache.
      if (hasRule(at, /^\s*dns64\b/m) && ['log', 'log type'].includes(kind)) return true;
      return (kind === 'log' && lines(theirs).length === 0 && lines(ours).every((line) => LOCAL_FAILURE.test(line))) || (kind === 'log rsize' && Math.abs(Number(theirs) - Number(ours)) < 40);
    },
  },
  {
    id: 'soa-other-zone',
    explains: (difference, at) => {
      const { query } = at;
      const names = [query?.name ?? '', ...Object.values(at.ours.upstream ?? {}).flat().map((line) => line.split(' ')[1] ?? '')].map((name) => name.toLowerCase());
      const soas = answersAt({ ...difference, which: difference.which ?? 0 }, at).flatMap((answer) => answer?.authority ?? []).filter((record) => typeOf(record) === 'SOA');
      const isOther = soas.length > 0 && soas.every((record) => names.some((name) => !isUnder(name, ownerOf(record))));
      return !isMetric(difference) && isOther && askCount(at.ours) > 0 && (askCount(at.theirs) === 0 || hasRule(at, /^\s*prefetch\b/m));
    },
  },
  {
    id: 'rewrite-edns0-cached',
    explains: (difference, at) => !isMetric(difference) && hasRule(at, SUBNET) && (askCount(at.ours) > askCount(at.theirs) || difference.kind === 'answer: ttl' || (sameBefore(at).length > 0 && askCount(at.ours) > 0)),
  },
  {
    id: 'empty-noerror',
    explains: (difference, at) => {
      if (CACHED.test(difference.kind)) return at.earlier.some((step) => answersOf(step).some(isEmptyNoerror));
      return !isMetric(difference) && answersAt({ ...difference, which: difference.which ?? 0 }, at).some(isEmptyNoerror);
    },
  },
  {
    // The answer to RD=0 serves no RD=1.
    id: 'rd0',
    explains: (difference, at) =>
      isMetric(difference)
        ? CACHED.test(difference.kind) && hasPair(at, ({ rd }) => rd === false, ({ rd }) => rd !== false)
        : (askCount(at.ours) > askCount(at.theirs) || difference.kind.endsWith(': ttl')) && at.query?.rd !== false && sameBefore(at).some(({ rd }) => rd === false),
  },
  {
    // The answer to DO=1 serves DO=0.
    id: 'do-serves-nodo',
    explains: (difference, at) =>
      isMetric(difference)
        ? CACHED.test(difference.kind) && hasPair(at, ({ edns }) => edns?.do === true, ({ edns }) => edns?.do !== true)
        : (askCount(at.ours) < askCount(at.theirs) || difference.kind === 'answer: ttl') && at.query?.edns?.do !== true && sameBefore(at).some(({ edns }) => edns?.do === true),
  },
  {
    // Ours begins with what it has kept.
    id: 'reload-keeps-cache',
    explains: (difference, at) => at.hasReloaded && hasRule(at, /^\s*cache\b/m) && (isMetric(difference) ? CACHED.test(difference.kind) : sameBefore(at).length > 0 && askCount(at.ours) <= askCount(at.theirs)),
  },
  // The question was told from a cache before, by one, and of an upstream by the other.
  { id: 'caching-metrics', explains: (difference, { follows }) => follows !== undefined && !isMetric(difference) },
  // What the sizes of answers are follows from what is in them.
  { id: 'size-follows', explains: ({ kind }, { all }) => kind === 'log rsize' && all.some((other) => /: (?:records|case)$|^question$|^rcode$|^edns: (?:missing|options)$/.test(other.kind)) },
  { id: 'flags-follow', explains: (difference, { all }) => difference.kind === 'log flags' && all.some((other) => other.kind.startsWith('flags: ')) && !isFlag(difference, 'tc') },
  { id: 'caching-metrics', explains: ({ kind }, { used }) => CACHED.test(kind) && used.size > 0 },
  { id: 'health-counters', explains: ({ kind }, { used }) => HEALTH.test(kind) && used.has('attempt-schedule') },
  { id: 'class-metrics', explains: ({ kind }, { used }) => SERVED.test(kind) && [...used].some((id) => ANSWERED_OTHERWISE.has(id) || (SUMS.test(kind) && SIZED_OTHERWISE.has(id))) },
];

/** Rows by which an answer holds more or less, or a query. */
const SIZED_OTHERWISE = new Set(['chaos-authors', 'machine-name', 'upstream-fits', 'rewrite-edns0-opt', 'acl-opt', 'minimal-cname', 'upstream-option-to-client', 'answered-twice', 'empty-noerror', 'log-size-trimmed']);

/** Rows by which a query is counted with another response code, or not at all. */
const ANSWERED_OTHERWISE = new Set(['axfr-refused', 'notify-notimp', 'question-checks', 'rewrite-class-hosts', 'badvers-upstream', 'attempt-schedule', 'caching-metrics', 'coalesce', 'dns64-prefix-options', 'ds-view', 'rewrite-cname-rcode', 'failure-cached-local', 'upstream-fits']);
