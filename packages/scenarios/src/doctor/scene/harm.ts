import type { Address } from '@nodelocal/netfilter-sim';
import type { Exchange } from '../../preflight/way/exchange.ts';
import { senderOf } from '../../preflight/way/question.ts';
import { printSocket } from '../../preflight/way/walk.ts';
import type { Scene } from './scene.ts';

/** How bad a fault is, worst first. */
export type Harm =
  /** Somebody gets no answer. */
  | 'unanswered'
  /** The cache is passed by: others answer, with translation and entries in conntrack. */
  | 'bypassed'
  /** The cache answers, and each question leaves an entry in conntrack all the same. */
  | 'tracked'
  /** Packets fare as they should. */
  | 'untidy'
  /** The files do not tell where packets go. */
  | 'not-known';

const WORST_FIRST: readonly Harm[] = ['unanswered', 'bypassed', 'tracked', 'untidy'];

/** What becomes of one question to the cache; that which is not known does no harm that one could name. */
export const harmOf = ({ question, legs, result }: Exchange): Harm => {
  if (result.kind === 'lost') {
    const { end, to } = result.way;
    const wentOn = end.kind === 'forwarded' || end.kind === 'sent';
    // What leaves for the cache's own address comes to nobody.
    const isToOther = !to.includes(printSocket(question.address, question.port));
    return senderOf(result.leg) === 'asker' && wentOn && isToOther ? 'bypassed' : 'unanswered';
  }
  const isTracked = legs.some(({ passage }) => passage.ways.some(({ events }) => events.some(({ kind }) => kind === 'entry')));
  return isTracked ? 'tracked' : 'untidy';
};

/** The worst that befalls questions to these addresses. */
export const worstHarm = ({ asked }: Scene, addresses: readonly Address[]): Harm => {
  const found = asked.filter(({ question }) => question.asker.kind !== 'cache' && addresses.includes(question.address)).map(harmOf);
  return worstOf(found);
};

export const worstOf = (found: readonly Harm[]): Harm => WORST_FIRST.find((harm) => found.includes(harm)) ?? 'not-known';
