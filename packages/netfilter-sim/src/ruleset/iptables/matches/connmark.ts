import { printMark } from '../../shared/marks.ts';
import type { MarkAndMask } from '../../shared/marks.ts';
import { answer } from '../../shared/outcome.ts';
import type { MatchModule } from '../extension/extension.ts';
import { is, markValue, not, requireOption } from '../extension/option-values.ts';
import { holdsMark } from './mark.ts';

/** The mark of the packet's connection (net/netfilter/xt_connmark.c). */
export interface ConnmarkMatch {
  readonly kind: 'connmark';
  readonly mark: MarkAndMask;
  readonly inverted: boolean;
}

export const connmark: MatchModule<'connmark', ConnmarkMatch> = {
  name: 'connmark',
  needsConntrack: () => true,
  steady: 'while-unchanged',
  options: { '--mark': { values: 1, invertible: true } },

  parse(options, scope) {
    const option = requireOption(options, '--mark', scope, 'VALUE/MASK');
    return { kind: 'connmark', mark: markValue(option), inverted: option.inverted };
  },

  print: (match) => `${not(match.inverted)}--mark ${printMark(match.mark)}`,

  evaluate(match, { conntrack }) {
    // Without a connection the kernel says no before it looks at the inversion (connmark_mt).
    if (conntrack.kind !== 'tracked') return 'no-match';
    return answer(holdsMark(conntrack.entry.mark, match.mark) !== match.inverted);
  },

  describe: (match) => `the connection's mark ${is(match.inverted)} ${printMark(match.mark)}`,
};
