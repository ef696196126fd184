import { TCP_FLAG } from '../../../packet/packet.ts';
import { PROTOCOL } from '../../../packet/protocol.ts';
import { notModelled } from '../../shared/not-modelled.ts';
import { goOn } from '../../shared/outcome.ts';
import type { TargetModule } from '../extension/extension.ts';
import { requireOption } from '../extension/option-values.ts';

/** Takes congestion notification out of a TCP header (net/ipv4/netfilter/ipt_ECN.c). */
export interface EcnTarget {
  readonly kind: 'ECN';
}

export const ecn: TargetModule<'ECN', EcnTarget> = {
  name: 'ECN',
  notModelledFor: 'later fragments',
  family: 'ipv4',
  options: { '--ecn-tcp-remove': { values: 0, invertible: false } },
  placement: () => ({ tables: ['mangle'], protocols: [PROTOCOL.tcp] }),

  parse(options, scope) {
    requireOption(options, '--ecn-tcp-remove', scope, '');
    return { kind: 'ECN' };
  },

  print: () => '--ecn-tcp-remove',

  apply(_target, { packet }) {
    // set_ect_tcp (6.12) takes for a header what stands where it would be.
    if (packet.fragment === 'later') return notModelled('the payload of a later fragment, which ECN takes for a TCP header');
    return goOn({ kind: 'clear-tcp-flags', flags: TCP_FLAG.ECE | TCP_FLAG.CWR });
  },

  describe: () => 'take the ECN flags out of its TCP header',
};
