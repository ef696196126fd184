import { notModelled } from '../../shared/not-modelled.ts';
import { answer } from '../../shared/outcome.ts';
import type { MatchModule } from '../extension/extension.ts';
import { is, not, requireOption, valueOf } from '../extension/option-values.ts';
import { quote } from '../extension/quote.ts';

/** The helper that expected the packet's connection (net/netfilter/xt_helper.c). */
export interface HelperMatch {
  readonly kind: 'helper';
  readonly helper: string;
  readonly inverted: boolean;
}

export const helper: MatchModule<'helper', HelperMatch> = {
  name: 'helper',
  notModelledFor: 'connections that were expected',
  needsConntrack: () => true,
  options: { '--helper': { values: 1, invertible: true } },

  parse(options, scope) {
    const option = requireOption(options, '--helper', scope, 'NAME');
    return { kind: 'helper', helper: valueOf(option), inverted: option.inverted };
  },

  print: (match) => `${not(match.inverted)}--helper ${quote(match.helper)}`,

  evaluate({ inverted }, { conntrack }) {
    // Only a connection that another one announced has a master whose helper counts.
    if (conntrack.kind === 'tracked' && conntrack.entry.status.expected) {
      return notModelled('the helper that announced a connection');
    }
    return answer(inverted);
  },

  describe: (match) => `the helper that expected it ${is(match.inverted)} ${match.helper}`,
};
