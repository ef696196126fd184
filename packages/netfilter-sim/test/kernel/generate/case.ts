import * as fc from 'fast-check';
import type { Family } from '../../../src/packet/address.ts';
import { NODES } from '../nodes.ts';
import type { NodeName } from '../nodes.ts';
import { packetPlans } from './packets.ts';
import type { PacketPlan } from './packets.ts';
import { weighted } from './pools.ts';
import { ruleSetPlan } from './rules.ts';
import type { RuleSetPlan } from './rules.ts';
import { settings } from './settings.ts';

export interface CasePlan {
  readonly family: Family;
  readonly node: NodeName;
  readonly rules: RuleSetPlan;
  readonly sysctls: Readonly<Record<string, string>>;
  readonly packets: readonly PacketPlan[];
}

export const casePlan: fc.Arbitrary<CasePlan> = weighted<Family>([3, fc.constant('ipv4')], [2, fc.constant('ipv6')]).chain((family) =>
  fc.record({
    family: fc.constant(family),
    node: fc.constantFrom(...(Object.keys(NODES) as NodeName[])),
    rules: ruleSetPlan(family),
    sysctls: settings,
    packets: packetPlans(family),
  }),
);
