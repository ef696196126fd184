import type { Rule, RuleSet } from '../ruleset/rule-set.ts';

/** Matches and targets that make the kernel track connections (`nf_ct_netns_get` in their checks, 6.12). */
const MATCHES: ReadonlySet<string> = new Set([
  'conntrack',
  'state',
  'connmark',
  'connlimit',
  'connbytes',
  'connlabel',
  'helper',
  'cluster',
]);
const TARGETS: ReadonlySet<string> = new Set([
  'CONNMARK',
  'CONNSECMARK',
  'DNAT',
  'SNAT',
  'MASQUERADE',
  'REDIRECT',
  'NETMAP',
  'SYNPROXY',
]);

const uses = ({ matches, target }: Rule): boolean => {
  if (matches.some(({ kind }) => MATCHES.has(kind))) return true;
  if (target.kind !== 'extension') return false;
  // NOTRACK alone, in either spelling, needs no tracking.
  return TARGETS.has(target.target.kind) || (target.target.kind === 'CT' && !target.target.notrack);
};

const known = new WeakMap<RuleSet, boolean>();

/** Nothing is tracked in a namespace until a rule needs it. */
export const usesConntrack = (ruleSet: RuleSet): boolean => {
  const before = known.get(ruleSet);
  if (before !== undefined) return before;
  const rules = [...ruleSet.tables.values()].flatMap(({ chains }) => [...chains.values()].flatMap((chain) => chain.rules));
  const answer = rules.some(uses);
  known.set(ruleSet, answer);
  return answer;
};
