import type { InspectedRule } from '@nodelocal/dns-cache';
import type { BackEnd, Family } from '@nodelocal/netfilter-sim';
import { ruleCommand } from '../scene/command.ts';
import type { Command } from '../scene/command.ts';
import { isMissing } from '../scene/family-rules.ts';
import type { FamilyRules } from '../scene/family-rules.ts';
import type { Scene } from '../scene/scene.ts';

/** node-cache's rules stand in the back end of iptables that the node does not use: the kernel runs them, and nobody finds them again. */
export interface OtherBackEnd {
  readonly kind: 'other-back-end';
  readonly family: Family;
  readonly backEnd: BackEnd;
  /** How many rules, at least 1. */
  readonly count: number;
  readonly harm: 'untidy';
  readonly mend: readonly Command[];
}

export const findOtherBackEnd = ({ rules }: Scene): readonly OtherBackEnd[] =>
  rules.flatMap((one): readonly OtherBackEnd[] => {
    const { family, program, other } = one;
    const found = other?.chains.flatMap((chain) => chain.rules.filter((rule) => !isMissing(rule))) ?? [];
    if (other === undefined || found.length === 0) return [];
    // What the other one has is put in here before it is taken out there, so that no packet misses it.
    const here = found.filter((rule) => isMissingHere(one, rule)).map((rule) => ruleCommand(program, '-I', rule));
    const there = found.flatMap(({ table, chain, copies }) => copies.map((spec) => ruleCommand(other.program, '-D', { table, chain, spec })));
    return [{ kind: 'other-back-end', family, backEnd: other.backEnd, count: there.length, harm: 'untidy', mend: [...here, ...there] }];
  });

const isMissingHere = ({ chains = [] }: FamilyRules, { table, chain, spec }: InspectedRule): boolean =>
  chains.some((place) => place.table === table && place.chain === chain && place.rules.some((rule) => rule.spec === spec && isMissing(rule)));
