import { answer } from '../../shared/outcome.ts';
import type { MatchModule } from '../extension/extension.ts';
import { hasOption, is, not, numberValue, requireOption } from '../extension/option-values.ts';

/** A label of the packet's connection (net/netfilter/xt_connlabel.c). */
export interface ConnlabelMatch {
  readonly kind: 'connlabel';
  readonly label: number;
  /** Sets the label where it is not set. */
  readonly set: boolean;
  readonly inverted: boolean;
}

export const connlabel: MatchModule<'connlabel', ConnlabelMatch> = {
  name: 'connlabel',
  needsConntrack: () => true,
  options: {
    '--label': { values: 1, invertible: true },
    '--set': { values: 0, invertible: false },
  },

  parse(options, scope) {
    const option = requireOption(options, '--label', scope, 'NUMBER');
    return {
      kind: 'connlabel',
      // Names stand in a file of the host's own; without it only numbers are known.
      label: numberValue(option, { min: 0, max: 127 }),
      set: hasOption(options, '--set'),
      inverted: option.inverted,
    };
  },

  print: (match) => `${not(match.inverted)}--label "${match.label}"${match.set ? ' --set' : ''}`,

  evaluate({ label, set, inverted }, context) {
    if (context.conntrack.kind !== 'tracked') return answer(inverted);
    const has = context.connectionLabel(label, set);
    return typeof has === 'boolean' ? answer(has !== inverted) : has;
  },

  describe: (match) => `label ${match.label} of its connection ${is(match.inverted)} set`,
};
