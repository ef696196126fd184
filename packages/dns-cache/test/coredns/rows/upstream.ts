import type { Row } from '../at.ts';
import { hasBeenTrouble, isConsequence, isLate, keyInLog } from '../consequence.ts';
import { surplus } from '../compare.ts';
import type { SeenStep } from '../conversation.ts';
import { keyAsked, keyOf } from '../told.ts';
import { askCount, hasRule, isRecord, lines, LOCAL_FAILURE, repliesTo, sameAsked, sameBut, withoutOptions } from './read.ts';

/** RFC 6891 §7: such an upstream is asked again without OPT. */
const NOT_WITH_OPT = new Set(['FORMERR', 'NOTIMP', 'BADVERS']);

/** Lines of the upstreams without probes, and without those about questions of earlier steps. */
const ofNow = (upstream: unknown, isLate: (line: string) => boolean): unknown =>
  isRecord(upstream) ? Object.fromEntries(Object.entries(upstream).map(([name, asked]) => [name, asked.filter((line) => !isLate(line) && !/ \. IN NS \[rd\]/.test(line))])) : {};

const OPT_OCTETS = 11;

const withoutEdns = (line: string): string => line.replace(/ edns .*/, '');

/** Whether the same was asked, of others. */
const othersAsked = (theirs: SeenStep, ours: SeenStep): boolean => {
  const [one, other] = [theirs, ours].map(({ upstream = {} }) => ofNow(upstream, () => false));
  const flat = (upstream: unknown): readonly string[] => (isRecord(upstream) ? Object.values(upstream).flat() : []);
  return !sameAsked(withoutOptions)(one, other) && flat(one).length > 0 && sameBut(withoutOptions)(flat(one), flat(other));
};

const isWithoutUpstream = ({ log = [] }: SeenStep): boolean => log.some((line) => line.endsWith(': no healthy proxies'));

/** Asking upstreams. */
export const UPSTREAM_ROWS: readonly Row[] = [
  {
    id: 'badvers-upstream',
    explains: ({ kind, theirs, ours }, at) => {
      // It is remembered of an upstream, whatever it was asked: then no OPT comes back that would be counted.
      const replies = kind === 'upstream' || (kind === 'log rsize' && Number(theirs) - Number(ours) === OPT_OCTETS) ? at.scripts.flatMap((script) => Object.values(script).flat()) : repliesTo(at);
      const refused = replies.some(({ rcode = '' }) => NOT_WITH_OPT.has(rcode));
      const plain = Object.values(at.ours.upstream ?? {}).some((asked) => asked.some((line) => !line.includes(' edns ')));
      return refused && plain && !kind.startsWith('metric ') && !(kind === 'log' && [...lines(theirs), ...lines(ours)].some((line) => line.endsWith('i/o timeout')));
    },
  },
  {
    // Whoever asks behind a client's back is cut off with the client, if not faster.
    id: 'cancel-refresh',
    explains: (difference, at) => hasRule(at, /^\s*cancel\b/m) && hasRule(at, /^\s*(?:prefetch|serve_stale)\b/m) && askCount(at.ours) > askCount(at.theirs) && isConsequence(difference, at),
  },
  {
    // A question that is asked of CoreDNS three times at once is asked of the upstream three times.
    id: 'coalesce',
    explains: (difference, at) => at.asked.length > 1 && askCount(at.ours) < askCount(at.theirs) && isConsequence(difference, at),
  },
  {
    // The next attempt begins after the usual round trip, not after `read_timeout`.
    id: 'attempt-schedule',
    explains: (difference, at) => at.asked.some((query) => at.told.isTroubled(keyOf(query))) && isConsequence(difference, at),
  },
  {
    // It may be OPT that nobody answers.
    id: 'attempt-schedule',
    explains: ({ kind, theirs, ours }, at) => kind === 'upstream' && hasBeenTrouble(at) && sameAsked(withoutEdns)(ofNow(theirs, () => false), ofNow(ours, () => false)),
  },
  {
    // Probes begin at other moments, so that another upstream is taken for down.
    id: 'attempt-schedule',
    explains: (difference, at) => hasBeenTrouble(at) && (othersAsked(at.theirs, at.ours) || [at.theirs, at.ours].some(isWithoutUpstream)) && isConsequence(difference, at),
  },
  {
    // What is heard, and logged, of a question of an earlier step.
    id: 'attempt-schedule',
    explains: ({ kind, theirs, ours }, at) => {
      const isOfBefore = (line: string): boolean => isLate(keyAsked(line), at);
      if (kind === 'upstream') return hasBeenTrouble(at) && sameAsked(withoutOptions)(ofNow(theirs, isOfBefore), ofNow(ours, isOfBefore));
      // A line of one of them is compared with its mate.
      if (/^log \w+$/.test(kind)) return hasBeenTrouble(at) && surplus(at.ours.log ?? [], at.theirs.log ?? []).every((line) => isLate(keyInLog(line), at));
      if (kind !== 'log') return false;
      const said = [...lines(theirs), ...lines(ours)];
      return said.every((line) => (hasBeenTrouble(at) && line.includes(' errors like ')) || (!LOCAL_FAILURE.test(line) && isLate(keyInLog(line), at)));
    },
  },
];
