import type { Row } from '../at.ts';
import { answersOf, isMessage } from '../compare.ts';
import { isConsequence } from '../consequence.ts';
import type { AskedQuery, SeenStep, ShownMessage } from '../conversation.ts';
import { askCount, hasRule, isFlag, lines, LOCAL_FAILURE, moved, sameAsked, sameBut, typeOf, withoutOptions } from './read.ts';

const withoutAd = (line: string): string => withoutOptions(line.replace(/\bad\b/, '').replace(/\[ /, '[').replace(' ]', ']').replace('  ', ' '));

/** Fields of a line about the query. */
const ASKED = new Set(['log type', 'log class', 'log size', 'log bufsize', 'log do', 'log name']);

const withoutQuestion = (line: string): string => line.replace(/(plugin\/errors: )\d+ \S+ \S+:/, '$1').replace(/plugin\/\w+: no next plugin/, 'no next plugin');

const OPT_OCTETS = 11;

const NEWER = /unknown property|Wrong argument count or unexpected line ending|only valid with the verify|Unexpected token '\{', expecting argument/;

/** It has aliases, or records of another type than was asked. */
const isAboutElse = ({ question, answer }: ShownMessage, { name = '', class: klass = 'IN', type = 'A' }: AskedQuery = {}): boolean =>
  question[0]?.toLowerCase() === `${name} ${klass} ${type}`.toLowerCase() && answer.some((record) => typeOf(record) === 'CNAME' || typeOf(record) !== type);

/** How many queries `acl` has not let by. */
const blockedBy = ({ metrics = [] }: SeenStep): number => metrics.reduce((sum, line) => sum + Number(/^coredns_acl_(?:blocked|filtered|dropped)_requests_total.* (\d+)$/.exec(line)?.[1] ?? 0), 0);

/** Nobody is there any more. */
const isWithoutServer = (step: SeenStep): boolean => answersOf(step).some((answer) => answer === 'port unreachable' || answer === 'closed');

/** What CoreDNS 1.14.4 did and 1.15 does not. */
export const EARLIER_ROWS: readonly Row[] = [
  {
    // Nor does a reload take a file with them, and the one before stays.
    id: 'newer-options',
    explains: ({ kind, theirs }, { earlier }) => ((kind === 'starts' || kind === 'log') && lines(theirs).some((line) => NEWER.test(line))) || earlier.some(({ log = [] }) => log.some((line) => line.startsWith('[ERROR] Restart failed') && NEWER.test(line))),
  },
  {
    // With `debug` nobody recovers from it.
    id: 'rewrite-panic',
    explains: (_, at) =>
      (at.theirs.log ?? []).some((line) => line.includes('Recovered from panic')) ||
      (hasRule(at, /^\s*debug\b/m) && hasRule(at, /^\s*rewrite .*\bedns0 .*\brevert\b/m) && ([...at.earlier, at.theirs].some(isWithoutServer) || (at.theirs.log === undefined && answersOf(at.theirs).includes('no answer')))),
  },
  { id: 'log-dash', explains: ({ kind, theirs }) => ((kind === 'log rcode' || kind === 'log flags') && theirs === '-') || (kind === 'log rsize' && theirs === '0') },
  { id: 'hit-aa', explains: (difference, at) => isFlag(difference, 'aa') && String(difference.theirs).split(/[ ,]/).includes('aa') && hasRule(at, /^\s*cache\b/m) },
  { id: 'upstream-ad', explains: (difference, at) => hasRule(at, /^\s*cache\b/m) && ((difference.kind === 'upstream' && sameAsked(withoutAd)(difference.theirs, difference.ours)) || (isFlag(difference, 'ad'))) },
  { id: 'options-echo', explains: ({ kind, theirs, ours }, { query }) => kind === 'edns: options' && lines(theirs).some((option) => query?.edns?.options?.includes(option) === true && !lines(ours).includes(option)) },
  { id: 'hosts-wildcard', explains: ({ kind }, at) => hasRule(at, /^\s*[\d.:a-f]+ .*\*\.\S/m) && (kind === 'metric coredns_hosts_entries' || (!kind.startsWith('metric ') && hasRule(at, /^\s*hosts\b/m) && at.asked.every(({ name = '' }) => /\.wild\.test\.$/i.test(name)))) },
  {
    id: 'kept-beside',
    explains: ({ kind }, { earlier, theirs, query }) => !kind.startsWith('metric ') && [...earlier, theirs].some((step) => answersOf(step).some((answer) => isMessage(answer) && isAboutElse(answer, query))),
  },
  { id: 'log-class', explains: ({ kind, theirs, ours }, at) => kind === 'log' && hasRule(at, /^\s*class \w/m) && [...lines(theirs), ...lines(ours)].every((line) => /\bNXDOMAIN\b/.test(line)) },
  {
    // It counts what `acl` then blocks.
    id: 'cache-before-acl',
    explains: (difference, at) => hasRule(at, /^\s*acl\b/m) && hasRule(at, /^\s*cache\b/m) && /^metric coredns_cache_(?:misses|requests)_total$/.test(difference.kind) && moved(difference) <= blockedBy(at.theirs),
  },
  {
    id: 'cache-before-rewrite',
    explains: (difference, at) => {
      const { kind, theirs, ours } = difference;
      if (!hasRule(at, /^\s*rewrite\b/m) || !hasRule(at, /^\s*cache\b/m)) return false;
      if (kind.startsWith('metric ')) return /^metric coredns_(?:cache|template|acl)_/.test(kind) && moved(difference) <= 2 * at.askedBefore.length;
      if (kind === 'rcode' || kind === 'log rcode') return hasRule(at, /^\s*rewrite .*\brcode /m);
      if (kind === 'log rsize') return Math.abs(Number(theirs) - Number(ours)) === OPT_OCTETS;
      // What is kept of a failure has no line, and what is not has one with the client's name.
      if (kind === 'log') return lines(ours).every((line) => LOCAL_FAILURE.test(line)) && lines(theirs).every((line) => lines(ours).map(withoutQuestion).includes(withoutQuestion(line)));
      return (kind.endsWith(': ttl') && hasRule(at, /^\s*rewrite (?:continue |stop )?ttl\b/m)) || (askCount(at.theirs) !== askCount(at.ours) && isConsequence(difference, at));
    },
  },
  {
    id: 'log-written',
    explains: ({ kind, theirs, ours }, at) => hasRule(at, /^\s*rewrite\b/m) && (ASKED.has(kind) || (kind === 'log' && sameBut(withoutQuestion)(lines(theirs), lines(ours)))),
  },
];
