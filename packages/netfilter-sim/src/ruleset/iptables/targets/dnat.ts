import type { NatRange } from '../../../nat/range.ts';
import type { TargetModule } from '../extension/extension.ts';
import { printNatFlags, printNatRange, readNatRange } from '../extension/nat-range.ts';
import { hasOption, requireOption } from '../extension/option-values.ts';

/** A new destination for the connection (net/netfilter/xt_nat.c, xt_dnat_target_v2). */
export interface DnatTarget {
  readonly kind: 'DNAT';
  readonly range: NatRange;
}

export const dnat: TargetModule<'DNAT', DnatTarget> = {
  name: 'DNAT',
  needsConntrack: () => true,
  ends: true,
  options: {
    '--to-destination': { values: 1, invertible: false },
    '--random': { values: 0, invertible: false },
    '--persistent': { values: 0, invertible: false },
  },
  placement: () => ({ tables: ['nat'], hooks: ['PREROUTING', 'OUTPUT'] }),

  parse(options, scope) {
    const option = requireOption(options, '--to-destination', scope, 'ADDRESS:PORT');
    const flags = {
      random: hasOption(options, '--random'),
      randomFully: false,
      persistent: hasOption(options, '--persistent'),
    };
    return { kind: 'DNAT', range: readNatRange(option, scope, flags) };
  },

  print: ({ range }) => ['--to-destination', printNatRange(range), ...printNatFlags(range)].join(' '),
  apply: ({ range }) => ({ kind: 'translate', manip: 'destination', range }),
  describe: ({ range }) => `translate the destination to ${printNatRange(range)}`,
};
