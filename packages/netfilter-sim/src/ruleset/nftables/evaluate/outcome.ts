import type { TargetOutcome } from '../../shared/outcome.ts';
import type { Verdict } from '../values/verdict.ts';

/** What a statement says. */
export type StatementOutcome =
  /** The next statement is looked at. */
  | { readonly kind: 'go-on' }
  /** A test does not hold, or the packet has no such thing: the rule ends (`NFT_BREAK`). */
  | { readonly kind: 'stop' }
  | Verdict
  | Exclude<TargetOutcome, { kind: 'continue' | 'accept' | 'drop' }>;

export const GO_ON: StatementOutcome = { kind: 'go-on' };
export const STOP: StatementOutcome = { kind: 'stop' };

/** What a rule says once it was looked at to its end, or to a verdict. */
export type RuleOutcome = Exclude<StatementOutcome, { kind: 'go-on' | 'stop' }> | { readonly kind: 'no-match' };
