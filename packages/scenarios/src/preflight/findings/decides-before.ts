import type { Exchange } from '../way/exchange.ts';
import type { RulePlace } from '../way/passage.ts';

/** A rule that was there, stands above a new one of its chain, and is final for packets of the cache. */
export interface DecidesBefore {
  readonly kind: 'decides-before';
  readonly rule: RulePlace;
  readonly verdict: 'accepts' | 'drops';
}

export const findDecidesBefore = (exchanges: readonly Exchange[]): readonly DecidesBefore[] => {
  const found = exchanges.flatMap(({ legs }) =>
    legs.flatMap(({ passage }) =>
      passage.ways.flatMap(({ events, droppedBy }): readonly DecidesBefore[] => [
        ...events.flatMap((event): readonly DecidesBefore[] => (event.kind === 'accepted' && event.rule.isAboveNew ? [{ kind: 'decides-before', rule: event.rule, verdict: 'accepts' }] : [])),
        ...(droppedBy?.isAboveNew === true ? [{ kind: 'decides-before' as const, rule: droppedBy, verdict: 'drops' as const }] : []),
      ]),
    ),
  );
  return [...new Map(found.map((one) => [`${one.rule.place} ${one.verdict}`, one])).values()];
};
