import type { Family, Host, Hook, NftRuleStep, Rule, RuleStep, TableName } from '@nodelocal/netfilter-sim';

/** Which rules of the node after it are the transactions'. */
export interface NewRules {
  readonly has: (step: RuleStep | NftRuleStep) => boolean;
  /** The number of the last of them in a built-in chain; 0: there is none. */
  readonly last: (family: Family, table: TableName, hook: Hook) => number;
}

export const NO_NEW_RULES: NewRules = { has: () => false, last: () => 0 };

/** Rules that stay are the same objects (`restoreInto`), and so are tables of nftables that nothing was said of. */
export const newRulesOf = (before: Host, after: Host): NewRules => {
  const numbers = new Map([...newIn(before, after, 'ipv4'), ...newIn(before, after, 'ipv6')]);
  const tables = new Set(after.nftables.tables.filter((table) => !before.nftables.tables.includes(table)).map(({ family, name }) => `${family} ${name}`));
  const has = (family: Family, table: TableName, chain: string): readonly number[] => numbers.get(keyOf(family, table, chain)) ?? [];
  return {
    has: (step) =>
      step.kind === 'nft-rule'
        ? tables.has(`${step.family} ${step.table}`)
        : step.backEnd === undefined && has(step.packet.family, step.table, step.chain).includes(step.number),
    last: (family, table, hook) => has(family, table, hook).at(-1) ?? 0,
  };
};

/** The numbers of new rules, by chain. */
const newIn = (before: Host, after: Host, family: Family): readonly (readonly [string, readonly number[]])[] => {
  const old = new Set<Rule>([...before.ruleSets[family].tables.values()].flatMap(({ chains }) => [...chains.values()].flatMap(({ rules }) => rules)));
  return [...after.ruleSets[family].tables.values()].flatMap(({ name: table, chains }) =>
    [...chains.values()].map(({ name: chain, rules }) => [keyOf(family, table, chain), rules.flatMap((rule, at) => (old.has(rule) ? [] : [at + 1]))] as const),
  );
};

const keyOf = (family: Family, table: string, chain: string): string => `${family} ${table} ${chain}`;
