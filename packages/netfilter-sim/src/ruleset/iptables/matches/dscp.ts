import { answer } from '../../shared/outcome.ts';
import { dscpValue, printDscp } from '../extension/dscp-classes.ts';
import type { MatchModule } from '../extension/extension.ts';
import { is, not } from '../extension/option-values.ts';

/** The upper six bits of the type of service octet (net/netfilter/xt_dscp.c). */
export interface DscpMatch {
  readonly kind: 'dscp';
  readonly dscp: number;
  readonly inverted: boolean;
}

export const dscp: MatchModule<'dscp', DscpMatch> = {
  name: 'dscp',
  steady: 'while-unchanged',
  options: {
    '--dscp': { values: 1, invertible: true },
    '--dscp-class': { values: 1, invertible: true },
  },
  parse: (options, scope) => ({
    kind: 'dscp',
    ...dscpValue(options, { number: '--dscp', class: '--dscp-class' }, scope),
  }),
  print: (match) => `${not(match.inverted)}--dscp ${printDscp(match.dscp)}`,
  evaluate: (match, { packet }) => answer((packet.tos >> 2 === match.dscp) !== match.inverted),
  describe: (match) => `its DSCP ${is(match.inverted)} ${printDscp(match.dscp)}`,
};
