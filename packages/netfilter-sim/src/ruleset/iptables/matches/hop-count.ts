import { answer } from '../../shared/outcome.ts';
import type { MatchResult } from '../../shared/outcome.ts';
import type { RuleScope, WrittenOption } from '../extension/extension.ts';
import { not, numberValue, requireOneOption } from '../extension/option-values.ts';

/** What `ttl` and `hl` ask of the hops that a packet has left. */
export interface HopCountTest {
  readonly comparison: 'eq' | 'lt' | 'gt';
  readonly hops: number;
  readonly inverted: boolean;
}

export const readHopCountTest = (options: readonly WrittenOption[], prefix: string, scope: RuleScope): HopCountTest => {
  const option = requireOneOption(options, [`${prefix}-eq`, `${prefix}-lt`, `${prefix}-gt`], scope);
  const comparison = option.name.endsWith('-eq') ? 'eq' : option.name.endsWith('-lt') ? 'lt' : 'gt';
  return { comparison, hops: numberValue(option, { min: 0, max: 255 }), inverted: option.inverted };
};

export const printHopCountTest = (prefix: string, { comparison, hops, inverted }: HopCountTest): string =>
  `${not(inverted)}${prefix}-${comparison} ${hops}`;

export const evaluateHopCount = ({ comparison, hops, inverted }: HopCountTest, left: number): MatchResult => {
  switch (comparison) {
    case 'eq':
      return answer((left === hops) !== inverted);
    case 'lt':
      return answer(left < hops);
    case 'gt':
      return answer(left > hops);
  }
};

export const describeHopCountTest = (name: string, { comparison, hops, inverted }: HopCountTest): string => {
  const spoken = { eq: inverted ? 'is not' : 'is', lt: 'is below', gt: 'is above' }[comparison];
  return `its ${name} ${spoken} ${hops}`;
};
