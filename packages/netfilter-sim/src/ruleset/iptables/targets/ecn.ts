import { PROTOCOL } from '../../../packet/protocol.ts';
import { notModelled } from '../../shared/not-modelled.ts';
import type { TargetModule } from '../extension/extension.ts';
import { requireOption } from '../extension/option-values.ts';

/** Takes congestion notification out of a TCP header (net/ipv4/netfilter/ipt_ECN.c). */
export interface EcnTarget {
  readonly kind: 'ECN';
}

const NOT_MODELLED = 'changes of TCP flags';

export const ecn: TargetModule<'ECN', EcnTarget> = {
  name: 'ECN',
  family: 'ipv4',
  notModelled: NOT_MODELLED,
  options: { '--ecn-tcp-remove': { values: 0, invertible: false } },
  placement: () => ({ tables: ['mangle'], protocols: [PROTOCOL.tcp] }),

  parse(options, scope) {
    requireOption(options, '--ecn-tcp-remove', scope, '');
    return { kind: 'ECN' };
  },

  print: () => '--ecn-tcp-remove',
  apply: () => notModelled(NOT_MODELLED),
  describe: () => 'take the ECN flags out of its TCP header',
};
