import { answersOf } from '../compare.ts';
import type { Row } from '../at.ts';
import type { SeenStep } from '../conversation.ts';
import { answersAt, askCount, isRecord, lines, LOCAL_FAILURE, repliesTo, sameAsked, sameBut, withoutOptions } from './read.ts';

/** RFC 6891 §7: such an upstream is asked again without OPT. */
const NOT_WITH_OPT = new Set(['FORMERR', 'NOTIMP', 'BADVERS']);

/** What a forwarder does about an upstream that says nothing in time, or nothing of use. */
const isTrouble = (at: Parameters<Row['explains']>[1]): boolean =>
  repliesTo(at).some(({ drop, close, close_after: closes, delay_ms: delayMs = 0, wrong_id: wrongId, raw }) => drop === true || close === true || closes === true || wrongId === true || raw !== undefined || delayMs >= 100);

/** Lines of the upstreams without probes, and without those about questions of earlier steps. */
const ofNow = (upstream: unknown, isLate: (line: string) => boolean): unknown =>
  isRecord(upstream) ? Object.fromEntries(Object.entries(upstream).map(([name, asked]) => [name, asked.filter((line) => !isLate(line) && !/ \. IN NS \[rd\]/.test(line))])) : {};

const nameIn = (line: string): string | undefined => (/^\[INFO\] .*"\S+ \S+ (\S+) (?:udp|tcp)/.exec(line) ?? /^\[INFO\] \S+ (\S+) /.exec(line) ?? /^\[ERROR\] plugin\/errors: \d+ (\S+) /.exec(line))?.[1];

const withoutEdns = (line: string): string => line.replace(/ edns .*/, '');

/** Whether the same was asked, of others. */
const othersAsked = (theirs: SeenStep, ours: SeenStep): boolean => {
  const [one, other] = [theirs, ours].map(({ upstream = {} }) => ofNow(upstream, () => false));
  const flat = (upstream: unknown): readonly string[] => (isRecord(upstream) ? Object.values(upstream).flat() : []);
  return !sameAsked(withoutOptions)(one, other) && flat(one).length > 0 && sameBut(withoutOptions)(flat(one), flat(other));
};

/** Asking upstreams. */
export const UPSTREAM_ROWS: readonly Row[] = [
  {
    id: 'badvers-upstream',
    explains: ({ kind, which }, at) => {
      // It is remembered of an upstream, whatever it was asked.
      const replies = kind === 'upstream' ? at.scripts.flatMap((script) => Object.values(script).flat()) : repliesTo(at);
      const refused = replies.some(({ rcode = '' }) => NOT_WITH_OPT.has(rcode));
      const plain = Object.values(at.ours.upstream ?? {}).some((asked) => asked.some((line) => !line.includes(' edns ')));
      return refused && plain && !kind.startsWith('metric ') && (which === undefined || answersAt({ kind, which, theirs: undefined, ours: undefined }, at)[0] !== undefined);
    },
  },
  {
    // A question that is asked of CoreDNS three times at once is asked of the upstream three times.
    id: 'coalesce',
    explains: ({ kind }, { asked, theirs, ours }) => asked.length > 1 && askCount(ours) < askCount(theirs) && !kind.startsWith('metric '),
  },
  {
    // The next attempt begins after the usual round trip, not after `read_timeout`.
    id: 'attempt-schedule',
    explains: ({ kind }, at) => isTrouble(at) && !kind.startsWith('metric ') && (askCount(at.theirs) !== askCount(at.ours) || [at.theirs, at.ours].some((step) => answersOf(step).includes('no answer'))),
  },
  {
    // It may be OPT that nobody answers.
    id: 'attempt-schedule',
    explains: ({ kind, theirs, ours }, at) => kind === 'upstream' && isTrouble(at) && sameAsked(withoutEdns)(ofNow(theirs, () => false), ofNow(ours, () => false)),
  },
  {
    // Probes begin at other moments, so that another upstream is taken for down.
    id: 'attempt-schedule',
    explains: ({ kind }, { used, theirs, ours }) => used.has('attempt-schedule') && !kind.startsWith('metric ') && othersAsked(theirs, ours),
  },
  {
    // What is heard, and logged, of a question of an earlier step.
    id: 'attempt-schedule',
    explains: ({ kind, theirs, ours }, { causeOf, anyFollows }) => {
      const isLate = (line: string): boolean => causeOf(line.split(' ')[1] ?? '') !== undefined;
      if (kind === 'upstream') return anyFollows && sameAsked(withoutOptions)(ofNow(theirs, isLate), ofNow(ours, isLate));
      if (kind !== 'log') return false;
      const said = [...lines(theirs), ...lines(ours)];
      return said.every((line) => (anyFollows && line.includes(' errors like ')) || (!LOCAL_FAILURE.test(line) && causeOf(nameIn(line) ?? '') !== undefined));
    },
  },
];
