import type { TargetOutcome } from '../../shared/outcome.ts';
import type { Verdict } from '../values/verdict.ts';
import type { Truth } from './truth.ts';

/** What a statement says. */
export type StatementOutcome =
  /** The next statement is looked at. */
  | { readonly kind: 'go-on' }
  /** A test does not hold, or the packet has no such thing: the rule ends (`NFT_BREAK`). */
  | { readonly kind: 'stop' }
  /** A test that holds or does not: which is not known. */
  | { readonly kind: 'unknown'; readonly what: string }
  | Verdict
  | Exclude<TargetOutcome, { kind: 'continue' | 'accept' | 'drop' | 'transparent-proxy' }>;

export const GO_ON: StatementOutcome = { kind: 'go-on' };
export const STOP: StatementOutcome = { kind: 'stop' };

/** What comes of a test. */
export const outcomeOf = (truth: Truth): StatementOutcome => {
  if (typeof truth === 'boolean') return truth ? GO_ON : STOP;
  return { kind: 'unknown', what: truth.what };
};

/** What a rule says once it was looked at to its end, or to a verdict. */
export type RuleOutcome = Exclude<StatementOutcome, { kind: 'go-on' | 'stop' | 'unknown' }> | { readonly kind: 'no-match' };
