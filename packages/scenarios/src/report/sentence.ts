import type { RecordedLookup, Recording } from '../run/recording.ts';
import { factsOf } from './facts.ts';
import type { Facts } from './facts.ts';

const count = (number: number, one: string, many = `${one}s`): string => `${number} ${number === 1 ? one : many}`;

const milliseconds = (ms: number): string => (ms >= 1000 ? `${(ms / 1000).toFixed(0)} s` : `${ms.toFixed(2)} ms`);

/** What became of one lookup. */
export const lookupSentence = ({ result, elapsedMs }: RecordedLookup): string => {
  const after = milliseconds(elapsedMs);
  switch (result.kind) {
    case 'resolved':
      return `${result.name} is ${result.addresses.join(' and ')}, after ${after}`;
    case 'not-found':
      return `no such name, after ${after}`;
    case 'failed':
      return `failed (${result.why}) after ${after}`;
  }
};

/** The whole recording in one sentence. */
export const recordingSentence = (recording: Recording): string => {
  const facts = factsOf(recording);
  return `${pathSentence(facts, recording)} ${answerSentence(facts, recording)}`;
};

const pathSentence = ({ untrackedBy, translatedTo, local, leftBy }: Facts, { setting }: Recording): string => {
  if (translatedTo !== undefined) {
    const although = setting.clusterIpBound ? ' before routing could see that its address is on the node' : '';
    return `The query is tracked, so kube-proxy's DNAT sends it to ${translatedTo}${although};`;
  }
  const untracked =
    untrackedBy === undefined
      ? 'The query is not translated,'
      : `${untrackedBy.table} ${untrackedBy.chain} rule ${untrackedBy.number} leaves the query untracked, so nat never sees it,`;
  if (local) return `${untracked} and its address is the node's own:`;
  return `${untracked} and its address is nowhere on the node: it leaves${leftBy === undefined ? '' : ` by ${leftBy}`} as it is,`;
};

const answerSentence = ({ answeredBy, hits, misses, podEntries }: Facts, { lookups }: Recording): string => {
  const entries = `${count(podEntries, 'conntrack entry', 'conntrack entries')} of the pod ${podEntries === 1 ? 'is' : 'are'} left`;
  if (answeredBy.length === 0) return `nobody answers, and the lookup fails after ${milliseconds(lookups[0]?.elapsedMs ?? 0)}.`;
  if (answeredBy.includes('node-cache')) {
    return `node-cache answers, ${count(misses, 'miss', 'misses')} by way of CoreDNS over TCP and ${count(hits, 'hit')} from memory; ${entries}.`;
  }
  return `CoreDNS answers each time, the cache sees nothing, and ${entries}.`;
};
