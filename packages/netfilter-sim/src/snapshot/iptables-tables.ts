import type { Family } from '../packet/address.ts';
import type { RuleSet } from '../ruleset/iptables/values/rule-set.ts';
import type { NftRuleSet, NftTable } from '../ruleset/nftables/values/rule-set.ts';
import { isTableName } from '../ruleset/shared/hooks.ts';

/**
 * The rule set without the tables that iptables-nft keeps in nftables: `iptables-save` prints them
 * too, and better, for `nft` cannot show the matches of iptables. A table is such if every chain of
 * it is one of the table of the same name there.
 */
export const withoutIptables = (nftables: NftRuleSet, ruleSets: Readonly<Record<Family, RuleSet>>): NftRuleSet => ({
  ...nftables,
  tables: nftables.tables.filter((table) => !isKnown(table, ruleSets)),
});

const isKnown = ({ family, name, chains }: NftTable, ruleSets: Readonly<Record<Family, RuleSet>>): boolean => {
  if (family === 'inet' || !isTableName(name)) return false;
  const own = ruleSets[family === 'ip' ? 'ipv4' : 'ipv6'].tables.get(name);
  return own !== undefined && chains.size > 0 && [...chains.keys()].every((chain) => own.chains.has(chain));
};
