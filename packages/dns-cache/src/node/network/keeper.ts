import type { RulesGone, RulesOutcome, Transaction } from './outcome.ts';

/** The rules in one of the kernel's two languages. Nothing here rejects for a command that fails. */
export interface RulesKeeper {
  ensure(): Promise<RulesOutcome>;
  /** Says anew that we are alive, where rules are bound to that. */
  refresh(): Promise<RulesOutcome>;
  stopDiverting(): Promise<RulesGone>;
  remove(): Promise<RulesGone>;
  describe(): Promise<readonly Transaction[]>;
}
