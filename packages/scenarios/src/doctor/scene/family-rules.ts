import { inspectNodeCacheRules } from '@nodelocal/dns-cache';
import type { InspectedChain, InspectedRule, RuleSettings } from '@nodelocal/dns-cache';
import { familyOf, printRuleSet } from '@nodelocal/netfilter-sim';
import type { Address, BackEnd, Family, Host } from '@nodelocal/netfilter-sim';
import type { DoctorPlan } from './plan.ts';
import { programFor } from './own-rules.ts';
import { RULES } from './told.ts';

/** node-cache's rules of one family, as they should be there and as they are. */
export interface FamilyRules {
  readonly family: Family;
  readonly addresses: readonly Address[];
  /** `iptables` of the back end in use. */
  readonly program: string;
  /** By chain; `undefined`: no file tells the rules. */
  readonly chains: readonly InspectedChain[] | undefined;
  /** Of iptables' other back end, where that has any rules. */
  readonly other: OtherRules | undefined;
}

interface OtherRules {
  readonly backEnd: BackEnd;
  readonly program: string;
  readonly chains: readonly InspectedChain[];
}

export const familyRules = (plan: DoctorPlan, host: Host, addresses: readonly Address[]): readonly FamilyRules[] =>
  (['ipv4', 'ipv6'] as const).flatMap((family) => {
    const own = addresses.filter((address) => familyOf(address) === family);
    if (own.length === 0) return [];
    const settings: RuleSettings = { addresses: own, dnsPort: plan.dnsPort, healthPort: plan.healthPort };
    const texts = RULES[family].map((file) => plan.snapshot.contents[file]);
    const told = texts.find((text) => text !== undefined);
    const { otherRuleSets } = host;
    return [
      {
        family,
        addresses: own,
        program: programFor(family, told ?? ''),
        chains: told === undefined ? undefined : inspectNodeCacheRules(settings, printRuleSet(host.ruleSets[family])),
        other:
          otherRuleSets === undefined
            ? undefined
            : {
                backEnd: otherRuleSets.backEnd,
                program: `${NAMES[family]}-${otherRuleSets.backEnd}`,
                chains: inspectNodeCacheRules(settings, printRuleSet(otherRuleSets[family])),
              },
      },
    ];
  });

const NAMES: Readonly<Record<Family, string>> = { ipv4: 'iptables', ipv6: 'ip6tables' };

export const isMissing = ({ copies }: InspectedRule): boolean => copies.length === 0;
