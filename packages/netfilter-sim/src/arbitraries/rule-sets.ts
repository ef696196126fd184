import * as fc from 'fast-check';
import type { Family } from '../packet/address.ts';
import { wholeNumber } from '../range.ts';
import { droppingIn, rulesIn, tableText } from './chains.ts';
import { ruleAt } from './rules.ts';
import { LENGTH_MAX } from './words.ts';

const TABLES = ['raw', 'mangle', 'nat', 'filter'] as const;

/** Which rule sets are wanted. */
export interface RuleSetConstraints {
  /** IPv4 where it is left out. */
  readonly family?: Family;
  /** The tables that have rules: all four where it is left out. */
  readonly tables?: readonly (typeof TABLES)[number][];
  /** Rules at most, in all tables together; 12 where it is left out. */
  readonly maxRules?: number;
}

/**
 * Rule sets as `iptables-save` prints them, each of which `iptables-restore` takes. They speak of the devices and addresses of
 * `nodes()`. A counterexample shrinks to few rules, and each rule to few words; tables without rules or a DROP policy are left out.
 * @throws RangeError for fewer than no rules
 */
export const ruleSets = ({ family = 'ipv4', tables = TABLES, maxRules = 12 }: RuleSetConstraints = {}): fc.Arbitrary<string> =>
  fc
    .record({
      rules: fc.array(rulesIn(tables, (table, chain, jumps) => ruleAt({ family, table, chain, jumps })), { maxLength: wholeNumber('maxRules', maxRules, 0, LENGTH_MAX) }),
      dropping: droppingIn(tables),
    })
    .map(({ rules, dropping }) => {
      const named = tables.filter((table) => rules.some((rule) => rule.table === table) || dropping.some((chain) => chain.startsWith(`${table} `)));
      return (named.length === 0 ? tables.slice(-1) : named).map((table) => tableText(table, rules, dropping)).join('');
    });
