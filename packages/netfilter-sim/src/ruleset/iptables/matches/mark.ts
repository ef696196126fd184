import { printMark } from '../../shared/marks.ts';
import type { MarkAndMask } from '../../shared/marks.ts';
import { answer } from '../../shared/outcome.ts';
import type { MatchModule } from '../extension/extension.ts';
import { is, markValue, not, requireOption } from '../extension/option-values.ts';

/** The packet's mark (net/netfilter/xt_mark.c). */
export interface MarkMatch {
  readonly kind: 'mark';
  readonly mark: MarkAndMask;
  readonly inverted: boolean;
}

/** The masked mark equals the value as it was given, bits outside the mask included. */
export const holdsMark = (mark: number, { value, mask }: MarkAndMask): boolean => (mark & mask) >>> 0 === value;

export const mark: MatchModule<'mark', MarkMatch> = {
  name: 'mark',
  steady: 'while-unchanged',
  options: { '--mark': { values: 1, invertible: true } },

  parse(options, scope) {
    const option = requireOption(options, '--mark', scope, 'VALUE/MASK');
    return { kind: 'mark', mark: markValue(option), inverted: option.inverted };
  },

  print: (match) => `${not(match.inverted)}--mark ${printMark(match.mark)}`,
  evaluate: (match, context) => answer(holdsMark(context.mark, match.mark) !== match.inverted),
  describe: (match) => `the packet's mark ${is(match.inverted)} ${printMark(match.mark)}`,
};
