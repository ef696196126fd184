import type { InspectedChain, InspectedRule } from '@nodelocal/dns-cache';
import type { Family } from '@nodelocal/netfilter-sim';
import { ruleCommand } from '../scene/command.ts';
import type { Command } from '../scene/command.ts';
import { isDoneOtherwise } from '../scene/done-otherwise.ts';
import { isMissing } from '../scene/family-rules.ts';
import type { FamilyRules } from '../scene/family-rules.ts';
import { worstHarm } from '../scene/harm.ts';
import type { Harm } from '../scene/harm.ts';
import type { Scene } from '../scene/scene.ts';

/** Some of node-cache's rules, or all, are not there: those of raw (NOTRACK), or those of filter where a chain drops the rest. */
export interface RulesMissing {
  readonly kind: 'rules-missing';
  readonly family: Family;
  readonly table: InspectedRule['table'];
  readonly rules: readonly InspectedRule[];
  /** How many there should be. */
  readonly of: number;
  readonly harm: Harm;
  readonly mend: readonly Command[];
}

export const findRulesMissing = (scene: Scene): readonly RulesMissing[] =>
  scene.rules.flatMap((one) => {
    if (one.chains === undefined || isDoneOtherwise(scene, one)) return [];
    // What lets through is put in before what diverts, as node-cache has it.
    return [...inTable('filter', one.chains), ...inTable('raw', one.chains)].flatMap(({ table, wanted }): readonly RulesMissing[] => {
      const rules = wanted.filter((rule) => isMissing(rule) && !isInOther(one, rule));
      if (rules.length === 0) return [];
      const harm = worstHarm(scene, one.addresses.filter((address) => rules.some((rule) => rule.address === address)));
      return [{ kind: 'rules-missing', family: one.family, table, rules, of: wanted.length, harm, mend: rules.map((rule) => ruleCommand(one.program, '-I', rule)) }];
    });
  });

/** Where a chain lets pass what no rule speaks of, an ACCEPT that is missing changes nothing. */
const inTable = (table: InspectedRule['table'], chains: readonly InspectedChain[]): readonly { readonly table: InspectedRule['table']; readonly wanted: readonly InspectedRule[] }[] => [
  { table, wanted: chains.filter((chain) => chain.table === table && (table === 'raw' || chain.dropsTheRest)).flatMap(({ rules }) => rules) },
];

const isInOther = ({ other }: FamilyRules, wanted: InspectedRule): boolean =>
  other?.chains.some(({ table, chain, rules }) => table === wanted.table && chain === wanted.chain && rules.some((rule) => rule.spec === wanted.spec && !isMissing(rule))) ?? false;
