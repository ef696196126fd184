import type { MatchModule } from '../extension/extension.ts';
import { requireOption, valueOf } from '../extension/option-values.ts';

/** Counts the packet for a named counter, and always holds (net/netfilter/xt_nfacct.c). */
export interface NfacctMatch {
  readonly kind: 'nfacct';
  readonly counter: string;
}

export const nfacct: MatchModule<'nfacct', NfacctMatch> = {
  name: 'nfacct',
  options: { '--nfacct-name': { values: 1, invertible: false } },
  parse: (options, scope) => ({
    kind: 'nfacct',
    counter: valueOf(requireOption(options, '--nfacct-name', scope, 'NAME')),
  }),
  print: (match) => `--nfacct-name  ${match.counter}`,
  evaluate: () => 'match',
  describe: (match) => `it is counted for ${match.counter}`,
};
