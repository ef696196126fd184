import * as fc from 'fast-check';
import { CHAINS, droppingIn, rulesIn, tableText } from '../../../src/arbitraries/chains.ts';
import type { RulePlan } from '../../../src/arbitraries/chains.ts';
import { mostly } from '../../../src/arbitraries/words.ts';
import type { Family } from '../../../src/packet/address.ts';
import { conditions } from './matches.ts';
import { target } from './targets.ts';

export interface RuleSetPlan {
  readonly rules: readonly RulePlan[];
  /** `table CHAIN` of built-in chains that drop what comes to their end. */
  readonly dropping: readonly string[];
  /** What opens each chain of the raw table, so that conntrack is in use even without a rule that needs it. */
  readonly usesConntrack: boolean;
}

const rule = (family: Family, table: string, chain: string, jumps: readonly string[]): fc.Arbitrary<string> =>
  conditions({ family, table, chain }).chain(({ protocol, text }) =>
    target({ family, table, chain }, protocol, jumps).map((then) => [...text, then].filter((word) => word !== '').join(' ')),
  );

const TABLES = Object.keys(CHAINS);

export const ruleSetPlan = (family: Family): fc.Arbitrary<RuleSetPlan> =>
  fc.record({
    rules: fc.array(rulesIn(TABLES, (table, chain, jumps) => rule(family, table, chain, jumps)), { maxLength: 24 }),
    dropping: droppingIn(TABLES),
    usesConntrack: mostly(true, false),
  });

/** The text for `iptables-restore`; every table is there, so none is left from the case before. */
export const ruleSetText = ({ rules, dropping, usesConntrack }: RuleSetPlan): string =>
  TABLES.map((table) => {
    const opening = table === 'raw' ? ['-A PREROUTING -j TRACE', '-A OUTPUT -j TRACE'] : [];
    const tracking = table === 'mangle' && usesConntrack ? ['-A U2 -m conntrack --ctstate NEW'] : [];
    return tableText(table, rules, dropping, [...opening, ...tracking]);
  }).join('');
