import type { NatRange } from '../../../nat/range.ts';
import type { TargetModule } from '../extension/extension.ts';
import { printNatFlags, printNatRange, readNatRange, withoutBase } from '../extension/nat-range.ts';
import { hasOption, requireOption } from '../extension/option-values.ts';

/** A new source for the connection (net/netfilter/xt_nat.c, xt_snat_target_v2). */
export interface SnatTarget {
  readonly kind: 'SNAT';
  readonly range: NatRange;
}

export const snat: TargetModule<'SNAT', SnatTarget> = {
  name: 'SNAT',
  needsConntrack: () => true,
  ends: true,
  options: {
    '--to-source': { values: 1, invertible: false },
    '--random': { values: 0, invertible: false },
    '--random-fully': { values: 0, invertible: false },
    '--persistent': { values: 0, invertible: false },
  },
  placement: () => ({ tables: ['nat'], hooks: ['POSTROUTING', 'INPUT'] }),

  parse(options, scope) {
    const option = requireOption(options, '--to-source', scope, 'ADDRESS:PORT');
    const range = readNatRange(option, scope, {
      random: hasOption(options, '--random'),
      randomFully: hasOption(options, '--random-fully'),
      persistent: hasOption(options, '--persistent'),
    });
    return { kind: 'SNAT', range: withoutBase(range) };
  },

  print: ({ range }) => ['--to-source', printNatRange(range), ...printNatFlags(range)].join(' '),
  apply: ({ range }) => ({ kind: 'translate', manip: 'source', range }),
  describe: ({ range }) => `translate the source to ${printNatRange(range)}`,
};
