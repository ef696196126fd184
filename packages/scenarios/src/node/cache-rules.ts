import { nodeCacheTransaction } from '@nodelocal/dns-cache';
import type { Address, Rule, RuleSet } from '@nodelocal/netfilter-sim';
import type { RulePlace } from '../cluster/setting.ts';
import { isOfCache, withoutRules } from '../cluster/setting.ts';
import type { NotrackRules } from '../scenario/cache-parts.ts';

/** node-cache's own ports. */
const PORTS = { dnsPort: 53, healthPort: 8080 } as const;

/** All of its rules for these addresses, for `iptables-restore --noflush`. */
export const allCacheRules = (addresses: readonly Address[]): string => nodeCacheTransaction({ addresses, ...PORTS });

/** The rule set without those of the cache's rules that are missing. */
export const withCacheRules = (ruleSet: RuleSet, notrack: NotrackRules): RuleSet => {
  if (notrack === 'both-ways') return ruleSet;
  return withoutRules(ruleSet, (rule, place) => isOfCache(rule) && isMissing(rule, place, notrack));
};

const isMissing = ({ source }: Rule, { table, chain }: RulePlace, notrack: Exclude<NotrackRules, 'both-ways'>): boolean => {
  switch (notrack) {
    case 'none':
      return true;
    case 'inbound-only':
      return table === 'raw' && chain === 'OUTPUT' && source !== undefined;
    case 'no-output':
      return chain === 'OUTPUT';
  }
};
