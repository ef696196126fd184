import type { Host } from '../host/host.ts';
import type { Family } from '../packet/address.ts';
import { matchModule } from '../ruleset/iptables/matches/index.ts';
import { targetModule } from '../ruleset/iptables/targets/index.ts';
import type { Rule, RuleSet } from '../ruleset/iptables/values/rule-set.ts';
import { nftUsesConntrack } from '../ruleset/nftables/values/conntrack-use.ts';

const uses = ({ matches, target }: Rule): boolean =>
  matches.some((match) => matchModule(match).needsConntrack?.(match) === true) ||
  (target.kind === 'extension' && targetModule(target.target).needsConntrack?.(target.target) === true);

const iptablesUses = ({ tables }: RuleSet): boolean =>
  [...tables.values()].some(({ chains }) => [...chains.values()].some(({ rules }) => rules.some(uses)));

const answer = ({ ruleSets, otherRuleSets, nftables }: Host, family: Family): boolean =>
  iptablesUses(ruleSets[family]) || (otherRuleSets !== undefined && iptablesUses(otherRuleSets[family])) || nftUsesConntrack(nftables, family);

const known = new WeakMap<Host, Readonly<Record<Family, boolean>>>();

/** Nothing is tracked in a namespace until a rule needs it. */
export const usesConntrack = (host: Host, family: Family): boolean => {
  const before = known.get(host) ?? { ipv4: answer(host, 'ipv4'), ipv6: answer(host, 'ipv6') };
  known.set(host, before);
  return before[family];
};
