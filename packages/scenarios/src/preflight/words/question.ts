import type { Exchange } from '../way/exchange.ts';
import type { Asker, LegName, Question } from '../way/question.ts';
import { senderOf } from '../way/question.ts';
import { printSocket } from '../way/walk.ts';
import { endWords } from './way.ts';

export const askerWords = (asker: Asker): string => {
  switch (asker.kind) {
    case 'pod':
      return `a pod (${asker.address} behind ${asker.device})`;
    case 'node-process':
      return 'a process of the node';
    case 'health-probe':
      return 'the health probe';
    case 'cache':
      return 'the cache';
  }
};

export const serverWords = ({ address, port }: Question): string => printSocket(address, port);

const LEG_WORDS: Readonly<Record<LegName, string>> = { query: 'query', answer: 'answer', SYN: 'first packet (SYN)', 'SYN-ACK': 'answer (SYN-ACK)' };

/** What became of a question that got no answer. */
export const lossWords = ({ question, result }: Exchange): string => {
  if (result.kind === 'answered') return 'it is answered';
  const { leg, way } = result;
  const what =
    senderOf(leg) === 'asker'
      ? `the ${question.protocol} ${LEG_WORDS[leg]} of ${askerWords(question.asker)} to ${serverWords(question)}`
      : `the ${question.protocol} ${LEG_WORDS[leg]} of ${serverWords(question)} to ${askerWords(question.asker)}`;
  // Where it hangs on what nobody told, one of its ways is told; what is not modelled says so itself.
  const sometimes = result.kind === 'not-known' ? (way.end.kind === 'not-modelled' ? '' : 'perhaps ') : result.always ? '' : 'in some cases ';
  return `${what} is ${sometimes}${endWords(way, way.end.kind === 'delivered' ? way.to.join(' or ') : '')}${elsewhere(result.kind, question, leg, way.end.kind)}`;
};

const elsewhere = (result: 'lost' | 'not-known', { asker }: Question, leg: LegName, end: string): string => {
  if (result !== 'lost' || end !== 'forwarded' && end !== 'sent') return '';
  return senderOf(leg) === 'asker' ? ': it does not come to the cache' : asker.kind === 'pod' ? `, and not by ${asker.device}` : ', and not to that process';
};
