import * as fc from 'fast-check';
import type { Family } from '../../../src/packet/address.ts';
import { conditions } from './matches.ts';
import { mostly, weighted } from './pools.ts';
import { target } from './targets.ts';

/** A rule set in parts, each of which a counterexample can do without. */
export interface RulePlan {
  readonly table: string;
  readonly chain: string;
  readonly text: string;
}

export interface RuleSetPlan {
  readonly rules: readonly RulePlan[];
  /** `table CHAIN` of built-in chains that drop what comes to their end. */
  readonly dropping: readonly string[];
  /** What opens each chain of the raw table, so that conntrack is in use even without a rule that needs it. */
  readonly usesConntrack: boolean;
}

/**
 * Chains, and which others each may jump to: never to one before it, so there are no loops, and only
 * to such that may stand at the same hooks.
 */
const CHAINS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  raw: { PREROUTING: ['U0', 'U1'], OUTPUT: ['U0', 'U1'], U0: ['U1'], U1: [] },
  mangle: {
    PREROUTING: ['U0', 'U1'],
    INPUT: ['U0', 'U1'],
    FORWARD: ['U0', 'U1'],
    OUTPUT: ['U0', 'U1'],
    POSTROUTING: ['U0', 'U1'],
    U0: ['U1', 'U2'],
    U1: ['U2'],
    U2: [],
  },
  nat: {
    PREROUTING: ['D0', 'D1'],
    INPUT: [],
    OUTPUT: ['D0', 'D1'],
    POSTROUTING: ['S0', 'S1'],
    D0: ['D1'],
    D1: [],
    S0: ['S1'],
    S1: [],
  },
  filter: { INPUT: ['U0', 'U1'], FORWARD: ['U0', 'U1'], OUTPUT: ['U0', 'U1'], U0: ['U1', 'U2'], U1: ['U2'], U2: [] },
};

const isBuiltIn = (chain: string): boolean => chain.length > 2;

const rule = (family: Family, table: string, chain: string, jumps: readonly string[]): fc.Arbitrary<RulePlan> =>
  conditions({ family, table, chain }).chain(({ protocol, text }) =>
    target({ family, table, chain }, protocol, jumps).map((then) => ({ table, chain, text: [...text, then].filter((word) => word !== '').join(' ') })),
  );

const anyRule = (family: Family): fc.Arbitrary<RulePlan> =>
  weighted(
    ...Object.entries(CHAINS).flatMap(([table, chains]) =>
      Object.entries(chains).map(([chain, jumps]) => [table === 'nat' ? 3 : 2, rule(family, table, chain, jumps)] as const),
    ),
  );

const BUILT_IN = Object.entries(CHAINS).flatMap(([table, chains]) =>
  Object.keys(chains).flatMap((chain) => (isBuiltIn(chain) && table !== 'nat' ? [`${table} ${chain}`] : [])),
);

export const ruleSetPlan = (family: Family): fc.Arbitrary<RuleSetPlan> =>
  fc.record({
    rules: fc.array(anyRule(family), { maxLength: 24 }),
    dropping: weighted<readonly string[]>([5, fc.constant([])], [1, fc.uniqueArray(fc.constantFrom(...BUILT_IN), { maxLength: 2 })]),
    usesConntrack: mostly(true, false),
  });

/** The text for `iptables-restore`; every table is there, so none is left from the case before. */
export const ruleSetText = ({ rules, dropping, usesConntrack }: RuleSetPlan): string =>
  Object.entries(CHAINS)
    .map(([table, chains]) => {
      const declared = Object.keys(chains).map((chain) => {
        if (!isBuiltIn(chain)) return `:${chain} - [0:0]`;
        return `:${chain} ${dropping.includes(`${table} ${chain}`) ? 'DROP' : 'ACCEPT'} [0:0]`;
      });
      const opening = table === 'raw' ? ['-A PREROUTING -j TRACE', '-A OUTPUT -j TRACE'] : [];
      const tracking = table === 'mangle' && usesConntrack ? ['-A U2 -m conntrack --ctstate NEW'] : [];
      const own = rules.filter((one) => one.table === table).map(({ chain, text }) => `-A ${chain} ${text}`);
      return [`*${table}`, ...declared, ...opening, ...tracking, ...own, 'COMMIT', ''].join('\n');
    })
    .join('');
