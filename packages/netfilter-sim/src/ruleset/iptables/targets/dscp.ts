import { goOn } from '../../shared/outcome.ts';
import { dscpValue, printDscp } from '../extension/dscp-classes.ts';
import type { TargetModule } from '../extension/extension.ts';

/** Changes the upper six bits of the type of service octet (net/netfilter/xt_DSCP.c). */
export interface DscpTarget {
  readonly kind: 'DSCP';
  readonly dscp: number;
}

export const dscp: TargetModule<'DSCP', DscpTarget> = {
  name: 'DSCP',
  options: {
    '--set-dscp': { values: 1, invertible: false },
    '--set-dscp-class': { values: 1, invertible: false },
  },
  placement: () => ({ tables: ['mangle'] }),
  parse: (options, scope) => ({
    kind: 'DSCP',
    dscp: dscpValue(options, { number: '--set-dscp', class: '--set-dscp-class' }, scope).dscp,
  }),
  print: (target) => `--set-dscp ${printDscp(target.dscp)}`,
  apply: (target, { packet }) => goOn({ kind: 'set-tos', tos: (target.dscp << 2) | (packet.tos & 3) }),
  describe: (target) => `set its DSCP to ${printDscp(target.dscp)}`,
};
