import type { FamilyRules } from './family-rules.ts';
import { isMissing } from './family-rules.ts';
import type { Scene } from './scene.ts';

/** There is none of node-cache's rules, and yet nothing is tracked: a table of nftables does the same. */
export const isDoneOtherwise = ({ asked }: Scene, { addresses, chains = [] }: FamilyRules): boolean => {
  const own = asked.filter(({ question }) => question.asker.kind !== 'cache' && addresses.includes(question.address));
  const isUntracked = own.every(({ legs: [first] }) => first?.passage.ways.every(({ events }) => events.some(({ kind }) => kind === 'untracked')) ?? false);
  return own.length > 0 && isUntracked && chains.every(({ rules }) => rules.every(isMissing));
};
