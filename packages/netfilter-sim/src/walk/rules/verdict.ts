import type { IptablesPlace } from '../../ruleset/iptables/values/place.ts';
import type { NftPlace } from '../../ruleset/nftables/values/place.ts';
import type { TargetOutcome } from '../../ruleset/shared/outcome.ts';
import type { NamedRule } from '../../trace/disposition.ts';
import type { RuleEffect } from '../../trace/step.ts';

/** What a table, or a base chain of nftables, says of a packet. */
export type TableVerdict =
  | { readonly kind: 'accept' }
  | { readonly kind: 'drop'; readonly by: 'rule' | 'policy' | 'malformed'; readonly place: RulePlace }
  | { readonly kind: 'reject'; readonly with: string; readonly place: RulePlace }
  | { readonly kind: 'answer-open'; readonly maximumSegmentSize?: number; readonly place: RulePlace }
  | { readonly kind: 'queue'; readonly queue: number; readonly bypass: boolean }
  /** The nat table found how to translate; the caller does it. */
  | { readonly kind: 'translate'; readonly outcome: Translation; readonly place: RulePlace }
  | Unanswered;

/** The walk ends at this rule: `what` would have decided. */
export interface Unanswered {
  readonly kind: 'not-modelled';
  readonly what: string;
  readonly rule: NamedRule;
  /** Present where a yes or no would do, under the name by which it can be assumed. */
  readonly question?: string;
}

/** The rule that said so; with the number behind the last, or the handle 0, it was the chain's policy. */
export type RulePlace = IptablesPlace | NftPlace;

export type Translation = Extract<TargetOutcome, { kind: 'translate' | 'masquerade' | 'redirect' | 'map-network' }>;

/** What ends the reading of rules, whoever wrote them. */
type FinalOutcome =
  { readonly kind: 'accept' } | Extract<TargetOutcome, { kind: 'drop' | 'queue' | 'reject' | 'answer-open' }> | Translation;

/** Notes what a rule did, and gives what comes of it. */
export const conclude = (
  outcome: FinalOutcome,
  place: RulePlace,
  note: (effect: RuleEffect) => void,
): TableVerdict => {
  switch (outcome.kind) {
    case 'accept':
      note({ kind: 'accept' });
      return { kind: 'accept' };
    case 'drop':
      note({ kind: 'drop' });
      return { kind: 'drop', by: 'rule', place };
    case 'queue':
      note({ kind: 'queue', queue: outcome.queue });
      return { kind: 'queue', queue: outcome.queue, bypass: outcome.bypass };
    case 'reject':
      note({ kind: 'reject', with: outcome.with });
      return { kind: 'reject', with: outcome.with, place };
    case 'answer-open':
      note({ kind: 'answer-open' });
      return { ...outcome, place };
    case 'translate':
    case 'masquerade':
    case 'redirect':
    case 'map-network':
      note({ kind: 'translate' });
      return { kind: 'translate', outcome, place };
  }
};
