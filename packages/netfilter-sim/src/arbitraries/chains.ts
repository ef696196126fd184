import * as fc from 'fast-check';
import { BUILT_IN_CHAINS, isBuiltInChain } from '../ruleset/shared/hooks.ts';
import type { TableName } from '../ruleset/shared/hooks.ts';
import { weighted } from './words.ts';

/** A rule set in parts, each of which a counterexample can do without. */
export interface RulePlan {
  readonly table: string;
  readonly chain: string;
  /** What stands behind `-A CHAIN`. */
  readonly text: string;
}

/**
 * Chains, and which others each may jump to: never to one before it, so there are no loops, and only
 * to such that may stand at the same hooks.
 */
export const CHAINS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
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

/** A rule somewhere in these tables, made by what is given for its place. */
export const rulesIn = (
  tables: readonly string[],
  ruleAt: (table: string, chain: string, jumps: readonly string[]) => fc.Arbitrary<string>,
): fc.Arbitrary<RulePlan> =>
  weighted(
    ...tables.flatMap((table) =>
      Object.entries(CHAINS[table] ?? {}).map(
        ([chain, jumps]) => [table === 'nat' ? 3 : 2, ruleAt(table, chain, jumps).map((text) => ({ table, chain, text }))] as const,
      ),
    ),
  );

/** `table CHAIN` of built-in chains that drop what comes to their end; the nat table has none. */
export const droppingIn = (tables: readonly string[]): fc.Arbitrary<readonly string[]> => {
  const all = tables.filter((table) => table !== 'nat').flatMap((table) => BUILT_IN_CHAINS[table as TableName].map((chain) => `${table} ${chain}`));
  return all.length === 0 ? fc.constant([]) : weighted<readonly string[]>([5, fc.constant([])], [1, fc.uniqueArray(fc.constantFrom(...all), { maxLength: 2 })]);
};

/** One table as `iptables-restore` reads it, with all of its chains. */
export const tableText = (table: string, rules: readonly RulePlan[], dropping: readonly string[], opening: readonly string[] = []): string => {
  const declared = Object.keys(CHAINS[table] ?? {}).map((chain) => {
    if (!isBuiltInChain(table as TableName, chain)) return `:${chain} - [0:0]`;
    return `:${chain} ${dropping.includes(`${table} ${chain}`) ? 'DROP' : 'ACCEPT'} [0:0]`;
  });
  const own = rules.filter((one) => one.table === table).map(({ chain, text }) => `-A ${chain} ${text}`);
  return [`*${table}`, ...declared, ...opening, ...own, 'COMMIT', ''].join('\n');
};
