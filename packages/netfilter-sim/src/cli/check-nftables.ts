import { printNftPlace } from '../ruleset/nftables/values/place.ts';
import { printNftRule } from '../ruleset/nftables/print/rule.ts';
import { notEvaluated } from '../ruleset/nftables/values/not-evaluated.ts';
import type { NftRuleSet } from '../ruleset/nftables/values/rule-set.ts';
import { count, tally } from './tally.ts';

/** What `check` says of a rule set of nftables, and whether all of it is evaluated. */
export const nftablesReport = (file: string, { tables, edges }: NftRuleSet): { readonly lines: readonly string[]; readonly complete: boolean } => {
  const chains = tables.flatMap((table) => [...table.chains.values()].map((chain) => ({ table, chain })));
  const rules = chains.flatMap(({ table, chain }) => chain.rules.map((rule) => ({ table, chain, rule })));
  const missing = rules.flatMap(({ table, chain, rule }) => {
    const what = notEvaluated(rule, table);
    return what.length === 0 ? [] : [{ place: { family: table.family, table: table.name, chain: chain.name, handle: rule.handle }, rule, what }];
  });
  const lines = [
    `${file}: nftables, ${count(tables.length, 'table')}, ${count(chains.length, 'chain')}, ${count(rules.length, 'rule')}`,
    `statements: ${tally(rules.flatMap(({ rule }) => rule.statements.map(({ kind }) => kind)))}`,
    missing.length === 0 ? 'not evaluated: none' : `not evaluated: ${count(missing.length, 'rule')}`,
    ...missing.flatMap(({ place, rule, what }) => [`  ${printNftPlace(place)}  ${printNftRule(rule, place.family)}`, `    ${what.join(', ')}`]),
    ...edges.map(({ family, table, chain, hook }) => `not evaluated: chain ${chain} of table ${family} ${table}, at the ${hook} of devices`),
    'can never match: not looked for in nftables',
  ];
  return { lines, complete: missing.length === 0 && edges.length === 0 };
};
