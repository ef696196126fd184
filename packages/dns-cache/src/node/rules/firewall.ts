import { wordsOf } from './words.ts';
import { nodeTrafficRules } from './rule.ts';
import type { Rule, RuleSettings } from './rule.ts';
import type { SavedChain } from './saved.ts';
import { readOurs } from './ours.ts';

/** What these options say does not narrow which packets a rule is for. */
const SAYS_NOTHING = new Set(['-m', '--comment', '--reject-with']);

/** Where the rule sends every packet that comes to it; `undefined` where it is for some packets only. */
const targetOfAll = (spec: string): string | undefined => {
  const words = wordsOf(spec);
  const target = words[words.indexOf('-j') + 1];
  const rest = words.filter((word, index) => word.startsWith('-') && word !== '-j' && !SAYS_NOTHING.has(word) && !SAYS_NOTHING.has(words[index - 1] ?? ''));
  const matches = words.filter((_, index) => words[index - 1] === '-m');
  return words.includes('-j') && rest.length === 0 && matches.every((match) => match === 'comment') ? target : undefined;
};

const ENDS: ReadonlySet<string> = new Set(['ACCEPT', 'DROP', 'REJECT', 'RETURN']);

/** No packet gets past the rule. */
export const endsChain = (spec: string): boolean => ENDS.has(targetOfAll(spec) ?? '');

/** What no rule lets through is dropped: by the chain's policy, or by a rule for all the rest. */
export const dropsTheRest = ({ policy, specs }: SavedChain): boolean =>
  policy !== 'ACCEPT' ||
  specs.some((spec) => readOurs(spec) === undefined && ['DROP', 'REJECT'].includes(targetOfAll(spec) ?? ''));

/**
 * The rules beside node-cache's that this node needs. Only where a chain drops the rest: elsewhere the rule set stays byte for
 * byte what node-cache's would be, and rules that let through what is let through anyway would only be in the way of readers.
 */
export const firewallRules = (settings: RuleSettings, saved: readonly SavedChain[]): readonly Rule[] =>
  saved.flatMap((place) => {
    if (place.table !== 'filter' || place.chain === 'PREROUTING' || !dropsTheRest(place)) return [];
    return nodeTrafficRules(settings, place.chain);
  });
