import type { IptablesTools } from '../backend.ts';
import type { Run } from '../command.ts';
import type { ReadText } from '../read-text.ts';
import type { RuleSettings } from '../rules/rule.ts';
import type { Report } from './report.ts';

/** One family's rules, and all that is needed to look after them. */
export interface FamilyRules {
  /** With the addresses of this family alone. */
  readonly settings: RuleSettings;
  readonly tools: IptablesTools;
  readonly run: Run;
  readonly readText: ReadText;
  readonly report: Report;
}

/**
 * Another program may change a chain between our look and our transaction, which then fails as a whole: so often it is tried. A
 * transaction that would be the same again is not.
 */
export const MOST_TRIES = 3;
