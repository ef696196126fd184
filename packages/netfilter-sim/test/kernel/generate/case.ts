import * as fc from 'fast-check';
import { weighted } from '../../../src/arbitraries/words.ts';
import type { Family } from '../../../src/packet/address.ts';
import type { NodeName } from '../nodes.ts';
import { BRIDGED, bridgeSettings, ROUTED, services } from './bridges.ts';
import { nftRuleSetPlan } from './nftables/rule-set.ts';
import type { NftRuleSetPlan } from './nftables/rule-set.ts';
import { fragments, inPieces, withoutConntrack } from './fragments.ts';
import { packetPlans } from './packets.ts';
import type { PacketPlan } from './packets.ts';
import { ruleSetPlan } from './rules.ts';
import type { RuleSetPlan } from './rules.ts';
import { setPlans } from './sets.ts';
import type { SetPlan } from './sets.ts';
import { settings } from './settings.ts';

export interface CasePlan {
  readonly family: Family;
  readonly node: NodeName;
  readonly rules: RuleSetPlan;
  /** Beside those of iptables. */
  readonly nftables: NftRuleSetPlan | undefined;
  readonly sets: readonly SetPlan[];
  readonly sysctls: Readonly<Record<string, string>>;
  readonly packets: readonly PacketPlan[];
}

/** Mostly rules of iptables alone; of the cases with rules of nftables, half have no others. */
const ruleSets = (family: Family): fc.Arbitrary<Pick<CasePlan, 'rules' | 'nftables'>> =>
  weighted<Pick<CasePlan, 'rules' | 'nftables'>>(
    [3, fc.record({ rules: ruleSetPlan(family), nftables: fc.constant(undefined) })],
    [1, fc.record({ rules: fc.oneof(fc.constant(NO_RULES), ruleSetPlan(family)), nftables: nftRuleSetPlan(family) })],
  );

const NO_RULES: RuleSetPlan = { rules: [], dropping: [], usesConntrack: false };

export const casePlan: fc.Arbitrary<CasePlan> = weighted<Family>([3, fc.constant('ipv4')], [2, fc.constant('ipv6')]).chain((family) =>
  fc.record({
    family: fc.constant(family),
    node: weighted([7, fc.constantFrom(...ROUTED)], [1, fc.constantFrom(...BRIDGED)]),
    bridge: bridgeSettings,
    toPods: services(family),
    ruleSets: ruleSets(family),
    sets: setPlans(family),
    usual: settings,
    packets: packetPlans(family),
    pieces: fragments,
  })
    .map(({ ruleSets: { rules, nftables }, usual, bridge, toPods, ...rest }) => ({
      ...rest,
      rules: BRIDGED.includes(rest.node) ? { ...rules, rules: [...toPods, ...rules.rules] } : rules,
      nftables,
      sysctls: BRIDGED.includes(rest.node) ? { ...usual, ...bridge } : usual,
    }))
    .map(({ pieces, rules, nftables, packets, ...rest }) =>
      pieces === undefined || BRIDGED.includes(rest.node)
        ? { ...rest, rules, nftables, packets }
        : { ...rest, rules: withoutConntrack(rules), nftables: undefined, packets: inPieces(packets, pieces) },
    ),
);
