import { dispositionSentence } from '@nodelocal/netfilter-sim';
import type { RecordedLookup, Recording } from '../run/recording.ts';
import { factsOf } from './facts.ts';
import type { Facts } from './facts.ts';

const count = (number: number, one: string, many = `${one}s`): string => `${number} ${number === 1 ? one : many}`;

export const milliseconds = (ms: number): string => (ms >= 1000 ? `${(ms / 1000).toFixed(0)} s` : `${ms.toFixed(2)} ms`);

/** What became of one lookup. */
export const lookupSentence = ({ result, elapsedMs }: RecordedLookup): string => {
  const after = milliseconds(elapsedMs);
  switch (result.kind) {
    case 'resolved':
      return `${result.name} is ${result.addresses.join(' and ')}, after ${after}`;
    case 'not-found':
      return `no such name, after ${after}`;
    case 'unfinished':
      return `still waiting after ${after}`;
    case 'not-known':
      return `not known: the model lacks something (${result.what})`;
    case 'failed':
      return `failed (${result.why}) after ${after}`;
  }
};

/** The whole recording in one sentence. */
export const recordingSentence = (recording: Recording): string => {
  const facts = factsOf(recording);
  if (facts.outcome?.kind === 'not-modelled') return `What becomes of the first query is not known: the model lacks something (${facts.outcome.what}).`;
  return `${pathSentence(facts, recording)} ${answerSentence(facts, recording)}`;
};

/** Of the first query. */
const pathSentence = (facts: Facts, { given }: Recording): string => {
  const { untrackedBy, translatedTo, local, leftBy, outcome } = facts;
  if (outcome === undefined) return 'Nothing was asked:';
  if (outcome.kind === 'dropped') return `The first query goes no further: ${dispositionSentence(outcome)}:`;
  if (translatedTo !== undefined) {
    const although = given.cache.clusterIp ? ' before routing could see that its address is on the node' : '';
    return `The query is tracked, so kube-proxy's DNAT sends it to ${translatedTo}${although};`;
  }
  const untracked =
    untrackedBy === undefined
      ? 'The query is not translated,'
      : `${untrackedBy.table} ${untrackedBy.chain} rule ${untrackedBy.number} leaves the query untracked, so nat never sees it,`;
  if (local && outcome.kind === 'delivered' && outcome.socket === 'closed') return `${untracked} and its address is the node's own, where nobody listens:`;
  if (local) return `${untracked} and its address is the node's own:`;
  return `${untracked} and its address is nowhere on the node: it leaves${leftBy === undefined ? '' : ` by ${leftBy}`} as it is,`;
};

const answerSentence = (facts: Facts, recording: Recording): string => {
  const { answeredBy, podEntries, queries, taken } = facts;
  const entries = `${count(podEntries, 'conntrack entry', 'conntrack entries')} of the pod ${podEntries === 1 ? 'is' : 'are'} left`;
  const rest = `${strayText(facts)}${unresolvedText(recording)}`;
  if (answeredBy.length === 0) return `nobody answers${rest}.`;
  if (answeredBy.includes('node-cache')) return `${whoAnswers(facts)}${missText(facts)}${hitText(facts)}; ${entries}${rest}.`;
  return `${whoAnswers(facts)}${taken === queries ? ' each time' : ''}, the cache sees nothing, and ${entries}${rest}.`;
};

const strayText = ({ stray }: Facts): string => (stray === 0 ? '' : `; ${count(stray, 'answer')} ${stray === 1 ? 'comes' : 'come'} from where nobody was asked`);

const whoAnswers = ({ answeredBy }: Facts): string => `${answeredBy.join(' and ')} ${answeredBy.length === 1 ? 'answers' : 'answer'}`;

/** With whom the cache spoke, and by what, where it asked. */
const missText = ({ misses, asked }: Facts): string => `, ${count(misses, 'miss', 'misses')}${misses === 0 || asked.length === 0 ? '' : ` by way of ${asked.join(' and ')}`}`;

const hitText = ({ hits }: Facts): string => ` and ${count(hits, 'hit')} from memory`;

const unresolvedText = ({ lookups }: Recording): string => {
  const failed = lookups.filter(({ result }) => result.kind === 'failed' || result.kind === 'unfinished');
  const [first] = failed;
  const failure =
    first === undefined
      ? ''
      : failed.length === lookups.length
        ? `, and the lookup fails after ${milliseconds(first.elapsedMs)}`
        : `; ${failed.length} of ${lookups.length} lookups ${failed.length === 1 ? 'fails' : 'fail'}, the first of these after ${milliseconds(first.elapsedMs)}`;
  return `${failure}${someText(lookups, 'not-found', 'no address for')}${someText(lookups, 'not-known', 'nothing is known of')}`;
};

const someText = (lookups: Recording['lookups'], kind: string, words: string): string => {
  const number = lookups.filter(({ result }) => result.kind === kind).length;
  return number === 0 ? '' : `; ${words} ${number} of ${count(lookups.length, 'lookup')}`;
};
