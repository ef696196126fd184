import type { Difference } from '../compare.ts';
import type { AskedQuery, ShownAnswer } from '../conversation.ts';
import type { At, Row } from '../at.ts';
import { hasBeenTrouble, isConsequence } from '../consequence.ts';
import { keyOf } from '../told.ts';
import { hasFailedAlone, isEmptyNoerror, isOfOtherZone, namesOf } from '../otherwise.ts';
import { answersAt, askCount, hasRule, lines, LOCAL_FAILURE, moved, typeOf, withoutTemplateError } from './read.ts';

const isMetric = ({ kind }: Difference): boolean => kind.startsWith('metric ');

/** The same question, as it was asked before; or the one that a rule makes of it. */
const sameBefore = ({ query = {}, askedBefore, told }: At): readonly AskedQuery[] => askedBefore.filter((one) => told.leadsTo(keyOf(query)).has(keyOf(one)));

const SUBNET = /^\s*rewrite .*edns0 (?:subnet (?:set|append|replace) (?!0 0)|local \S+ \S+ \{client_(?:ip|port)\})/m;

/** Counts of queries and answers, which follow from what was answered. */
const SERVED = /^metric coredns_dns_/;
/** Sums of what answers have in them. */
const SUMS = /^metric coredns_dns_\w+_bytes_sum$/;
const CACHED = /^metric coredns_(?:cache|template|acl)_/;
/** `dns64` looks at failures that come from the cache. */
const TRANSLATED = /^metric coredns_dns64_/;
const HEALTH = /^metric coredns_(?:forward|proxy)_healthcheck_/;

/** In other words, the same lines and perhaps more. */
const isOnlyMore = (theirs: readonly string[], ours: readonly string[]): boolean => {
  const said = new Set(ours.map(withoutTemplateError));
  return theirs.every((line) => said.has(withoutTemplateError(line)));
};

/** What was asked for anew is an alias, which a rule of `rewrite cname` leads to what nobody was asked before. */
const isRetargeted = ({ kind, ours, which = 0, theirs }: Difference, at: At): boolean => {
  const targets = [...at.corefile.matchAll(/^\s*rewrite .*\bcname .*?(\S+)\s*$/gm)].map(([, to = '']) => to.toLowerCase());
  const [, told] = answersAt({ kind, theirs, ours, which }, at);
  if (told?.answer.some((record) => typeOf(record) === 'CNAME' && targets.includes(record.split(' ')[4]?.toLowerCase() ?? '')) !== true) return false;
  return kind === 'answer: records' || /^flags: [+-](?:aa|ra)$/.test(kind) || (kind === 'log' && lines(ours).every((line) => targets.some((name) => line.toLowerCase().includes(` ${name} `))));
};

/** What is kept, and what follows from that. */
export const CACHE_ROWS: readonly Row[] = [
  {
    // CoreDNS keeps a failure that comes with an error for `servfail`'s time, whoever failed; ours what upstreams had a part in.
    id: 'failure-cached-local',
    explains: ({ kind, theirs, ours }, at) => {
      // What is told of several at once, or of the first of them, depends on how many there have been.
      const isSummed = (line: string): boolean => line.includes(' errors like ') || (LOCAL_FAILURE.test(line) && hasRule(at, /^\s*consolidate .* show_first/m));
      if (kind === 'log' && [...lines(theirs), ...lines(ours)].every(isSummed) && at.earlier.some(hasFailedAlone)) return true;
      if (!hasRule(at, /^\s*cache\b/m)) return false;
      const hasFailed = hasRule(at, /^\s*rewrite .*rcode/m) || [at.theirs, at.ours].every(hasFailedAlone);
      if (!hasFailed || askCount(at.theirs) + askCount(at.ours) > 0) return false;
      // What the cache tells, `nsid` adds to.
      if (kind === 'edns: options') return hasRule(at, /^\s*nsid\b/m) && at.earlier.some(hasFailedAlone) && lines(theirs).filter((option) => !lines(ours).includes(option)).every((option) => option.startsWith('3:'));
      return (kind === 'log' && isOnlyMore(lines(theirs), lines(ours)) && lines(ours).every((line) => LOCAL_FAILURE.test(line))) || (kind === 'log rsize' && Math.abs(Number(theirs) - Number(ours)) < 40);
    },
  },
  {
    id: 'soa-other-zone',
    explains: (difference, at) =>
      answersAt({ ...difference, which: difference.which ?? 0 }, at).some((answer) => isOfOtherZone(answer, namesOf(at.asked, at.ours))) &&
      (askCount(at.ours) > askCount(at.theirs) || askCount(at.theirs) === 0 || hasRule(at, /^\s*(?:prefetch|serve_stale)\b/m)) &&
      (isConsequence(difference, at) || isRetargeted(difference, at)),
  },
  {
    // Where no upstream is asked, what is kept is told as another plugin would not tell it, and counted.
    id: 'rewrite-edns0-cached',
    explains: (difference, at) =>
      hasRule(at, SUBNET) && hasRule(at, /^\s*cache\b/m) &&
      (isMetric(difference)
        ? CACHED.test(difference.kind) && moved(difference) <= 2 * at.askedBefore.length
        : isConsequence(difference, at) && (askCount(at.ours) > askCount(at.theirs) || difference.kind === 'answer: ttl' || (sameBefore(at).length > 0 && (askCount(at.ours) > 0 || askCount(at.theirs) === 0)))),
  },
  {
    // `whoami` tells another client's address, or, asked behind its back, one without octets.
    id: 'empty-noerror',
    explains: ({ kind, theirs, ours }, at) =>
      hasRule(at, /^\s*whoami\b/m) &&
      ((kind === 'answered' && String(theirs).startsWith('unreadable') && isEmptyNoerror(ours as ShownAnswer)) ||
        (kind === 'additional: records' && lines(ours)[0]?.endsWith(` A ${at.query?.from ?? '127.0.0.1'}`) === true)),
  },
  {
    id: 'empty-noerror',
    explains: (difference, at) => answersAt({ ...difference, which: difference.which ?? 0 }, at).some(isEmptyNoerror) && isConsequence(difference, at),
  },
  {
    // The answer to RD=0 serves no RD=1.
    id: 'rd0',
    explains: (difference, at) =>
      (askCount(at.ours) > askCount(at.theirs) || askCount(at.ours) + askCount(at.theirs) === 0 || (askCount(at.ours) === askCount(at.theirs) && hasRule(at, /^\s*prefetch\b/m)) || difference.kind.endsWith(': ttl')) && at.query?.rd !== false && sameBefore(at).some(({ rd }) => rd === false) && isConsequence(difference, at),
  },
  {
    // The answer to DO=1 serves DO=0.
    id: 'do-serves-nodo',
    explains: (difference, at) =>
      (askCount(at.ours) < askCount(at.theirs) || difference.kind === 'answer: ttl' || (askCount(at.ours) === askCount(at.theirs) && hasRule(at, /^\s*prefetch\b/m))) && at.query?.edns?.do !== true && sameBefore(at).some(({ edns }) => edns?.do === true) && isConsequence(difference, at),
  },
  {
    // Ours begins with what it has kept.
    id: 'reload-keeps-cache',
    explains: (difference, at) => at.hasReloaded && hasRule(at, /^\s*cache\b/m) && (isMetric(difference) ? CACHED.test(difference.kind) : sameBefore(at).length > 0 && askCount(at.ours) <= askCount(at.theirs) && isConsequence(difference, at)),
  },
  // The question was told from a cache before, by one, and of an upstream by the other.
  { id: 'caching-metrics', explains: (difference, at) => at.follows !== undefined && isConsequence(difference, at) },
  // What the sizes of answers are follows from what is in them.
  { id: 'size-follows', explains: ({ kind }, { all }) => kind === 'log rsize' && all.some((other) => /: (?:records|case)$|^question$|^rcode$|^edns: (?:missing|options)$/.test(other.kind)) },
  { id: 'caching-metrics', explains: (difference, { otherwise }) => (CACHED.test(difference.kind) || TRANSLATED.test(difference.kind)) && moved(difference) <= 2 * otherwise.kept },
  { id: 'health-counters', explains: ({ kind }, at) => HEALTH.test(kind) && hasBeenTrouble(at) },
  { id: 'class-metrics', explains: (difference, { otherwise }) => SERVED.test(difference.kind) && moved(difference) <= (SUMS.test(difference.kind) ? otherwise.octets : 2 * otherwise.answered) },
];
