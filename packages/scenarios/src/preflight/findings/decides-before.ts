import type { Exchange } from '../way/exchange.ts';
import type { RulePlace, Way } from '../way/passage.ts';

/** A rule that was there, stands above a new one of its chain, and is final for packets of the cache. */
export interface DecidesBefore {
  readonly kind: 'decides-before';
  readonly rule: RulePlace;
  readonly verdict: 'accepts' | 'drops';
}

export const findDecidesBefore = (exchanges: readonly Exchange[]): readonly DecidesBefore[] => {
  const ways = exchanges.flatMap(({ legs }) => legs.flatMap(({ passage }) => passage.ways));
  const found = ways.flatMap(decisionsIn).filter(({ rule }) => rule.isAboveNew);
  return [...new Map(found.map((one) => [`${one.rule.place} ${one.verdict}`, one])).values()];
};

const decisionsIn = ({ events, droppedBy }: Way): readonly DecidesBefore[] => {
  const accepted = events.flatMap((event) => (event.kind === 'accepted' ? [event.rule] : []));
  const dropped = droppedBy === undefined ? [] : [droppedBy];
  return [
    ...accepted.map((rule): DecidesBefore => ({ kind: 'decides-before', rule, verdict: 'accepts' })),
    ...dropped.map((rule): DecidesBefore => ({ kind: 'decides-before', rule, verdict: 'drops' })),
  ];
};
