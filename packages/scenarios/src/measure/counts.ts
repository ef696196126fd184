import type { Recording } from '../run/recording.ts';
import type { Counted } from '../scenario/expectation.ts';
import { entriesAtEnd, entriesOverTime } from './entries.ts';
import { answersOf, isClientQuestion, isServer, linksPassed, lossesOf, nodeCrossings, notModelledOf, packetsOf } from './events.ts';
import { fiveSecondWaits } from './latency.ts';

/** All that is counted in a recording. */
export const countsOf = (recording: Recording): Readonly<Record<Counted, number>> => {
  const { lookups, events, entries, counters } = recording;
  const packets = packetsOf(recording);
  const ended = (kind: string): number => lookups.filter(({ result }) => result.kind === kind).length;
  const cached = (outcome: string): number => events.filter((event) => event.kind === 'cache' && event.outcome === outcome).length;
  const questions = packets.filter(isClientQuestion);
  const { taken, stray } = answersOf(recording);
  return {
    'lookups-resolved': ended('resolved'),
    'lookups-failed': ended('failed') + ended('unfinished'),
    'lookups-not-found': ended('not-found'),
    'lookups-not-known': ended('not-known'),
    'slowest-lookup-ms': Math.max(0, ...lookups.map(({ elapsedMs }) => elapsedMs)),
    'questions-of-clients': questions.length,
    'tcp-questions-of-clients': questions.filter(({ sent }) => sent.kind === 'tcp').length,
    'questions-to-servers': packets.filter(({ to, message }) => isServer(to) && message !== undefined && message.answer === undefined).length,
    'truncated-answers': taken.filter(({ message }) => message?.truncated === true).length,
    packets: packets.length,
    'links-passed': linksPassed(recording),
    'node-crossings': nodeCrossings(recording),
    'packets-lost': lossesOf(recording).length,
    'five-second-waits': fiveSecondWaits(recording),
    'cache-hits': cached('hit'),
    'cache-misses': cached('miss'),
    'entries-most': Math.max(0, ...entriesOverTime(recording).map(({ entries }) => entries)),
    'entries-at-end': entriesAtEnd(recording),
    'entries-of-clients': entries.filter(({ client }) => client !== undefined).length,
    'entries-evicted': entries.filter(({ end }) => end === 'evicted').length,
    'answers-tracked': taken.filter(({ from, journey }) => from === 'node-cache' && journey.trace.some((step) => step.kind === 'tracked')).length,
    'answers-from-elsewhere': stray.length,
    'insert-failed': counters.insertFailed,
    'not-modelled': notModelledOf(recording).length,
  };
};
