import type { Rule, RuleSettings } from './rule.ts';
import type { SavedChain } from './saved.ts';
import { survey, wantedRules } from './survey.ts';
import type { Leftover, SurveyedChain } from './survey.ts';
import { ruleSpec } from './text.ts';
import { IN_ORDER, restoreText } from './transaction.ts';
import type { Change } from './transaction.ts';

/** Whether somebody serves at the address that a rule of another agent is for. */
export type InUse = (leftover: Leftover) => boolean;

export interface Mend {
  readonly kind: 'mend';
  /** In the order in which node-cache would add them back. */
  readonly missing: readonly Rule[];
  /** Rules that are there more than once; each additional one, as `TABLE CHAIN SPEC`. */
  readonly duplicates: readonly string[];
  /** Rules of nobody's: of another address, port or spelling, whose agent is gone. */
  readonly stale: readonly string[];
  /** Chains whose rules of ours stand in another order, or below a rule that lets no packet past. */
  readonly misordered: readonly string[];
  /** For `iptables-restore --noflush`. */
  readonly text: string;
}

export type RulesPlan =
  /** `above`: foreign rules over ours. They are left there: whoever puts them on top would do it again. */
  { readonly kind: 'as-wanted'; readonly above: readonly string[] } | Mend;

const isInOrder = ({ wanted, present }: SurveyedChain): boolean => {
  const found = present.map(({ rule }) => rule);
  const inOrder = wanted.toReversed().filter((rule) => found.includes(rule));
  return inOrder.every((rule, index) => rule === [...new Set(found)][index]);
};

interface ChainPlan {
  readonly missing: readonly Rule[];
  readonly duplicates: readonly string[];
  readonly stale: readonly string[];
  readonly misordered: readonly string[];
  readonly changes: readonly Change[];
}

const planChain = (chain: SurveyedChain, inUse: InUse): ChainPlan => {
  const { place, wanted, present, reworded, leftovers } = chain;
  const change = (flag: Change['flag'], spec: string): Change => ({ table: place.table, chain: place.chain, flag, spec });
  const missing = wanted.filter((rule) => !present.some((found) => found.rule === rule));
  const named = (spec: string): string => `${place.table} ${place.chain} ${spec}`;
  const duplicates = present.filter((found, index) => present.findIndex(({ rule }) => rule === found.rule) < index);
  const stale = [...reworded, ...leftovers.filter((leftover) => !inUse(leftover)).map(({ spec }) => spec)];
  const misordered = isInOrder(chain) && !chain.isCutOff ? [] : [`${place.table} ${place.chain}`];
  const isWhole = missing.length + duplicates.length + misordered.length === 0;
  const again = isWhole ? [] : [...present.map(({ spec }) => change('-D', spec)), ...wanted.map((rule) => change('-I', ruleSpec(rule)))];
  return {
    missing,
    duplicates: duplicates.map(({ spec }) => named(spec)),
    stale: stale.map(named),
    misordered,
    changes: [...stale.map((spec) => change('-D', spec)), ...again],
  };
};

/** Rules of other agents, if they are any: whether they are in use is to be known before there is a plan. */
export const leftoversIn = (settings: RuleSettings, saved: readonly SavedChain[]): readonly Leftover[] =>
  survey(settings, wantedRules(settings, saved), saved).flatMap(({ leftovers }) => leftovers);

/**
 * How the rules of one family come to be as wanted. A chain of which anything is missing, double or out of order has all rules of
 * ours taken out and put in again on top, within one transaction, so that no packet ever meets a part of them.
 * @param settings with the addresses of that family
 */
export const planMending = (settings: RuleSettings, saved: readonly SavedChain[], inUse: InUse): RulesPlan => {
  const wanted = wantedRules(settings, saved);
  const surveyed = survey(settings, wanted, saved);
  const chains = surveyed.map((chain) => planChain(chain, inUse));
  const changes = chains.flatMap((chain) => chain.changes);
  if (changes.length === 0) return { kind: 'as-wanted', above: surveyed.flatMap(({ above }) => above) };
  const missing = new Set(chains.flatMap((chain) => chain.missing));
  return {
    kind: 'mend',
    missing: wanted.filter((rule) => missing.has(rule)),
    duplicates: chains.flatMap((chain) => chain.duplicates),
    stale: chains.flatMap((chain) => chain.stale),
    misordered: chains.flatMap((chain) => chain.misordered),
    text: restoreText(changes, IN_ORDER),
  };
};
