import type { InspectedRule } from '@nodelocal/dns-cache';
import type { Family } from '@nodelocal/netfilter-sim';
import { ruleCommand } from '../scene/command.ts';
import type { Command } from '../scene/command.ts';
import type { Scene } from '../scene/scene.ts';

/** Rules that are there more than once: node-cache takes one of each away when it ends, and the others divert queries then. */
export interface RulesDoubled {
  readonly kind: 'rules-doubled';
  readonly family: Family;
  readonly rules: readonly InspectedRule[];
  readonly harm: 'untidy';
  readonly mend: readonly Command[];
}

export const findRulesDoubled = ({ rules }: Scene): readonly RulesDoubled[] =>
  rules.flatMap(({ family, program, chains = [] }): readonly RulesDoubled[] => {
    const doubled = chains.flatMap((chain) => chain.rules.filter(({ copies }) => copies.length > 1));
    if (doubled.length === 0) return [];
    const mend = doubled.flatMap(({ table, chain, copies }) => copies.slice(1).map((spec) => ruleCommand(program, '-D', { table, chain, spec })));
    return [{ kind: 'rules-doubled', family, rules: doubled, harm: 'untidy', mend }];
  });
