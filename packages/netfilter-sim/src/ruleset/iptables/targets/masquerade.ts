import type { NatRange } from '../../../nat/range.ts';
import type { TargetModule } from '../extension/extension.ts';
import { printNatFlags, printPortRange, readPortRange, requirePorts, withoutBase } from '../extension/nat-range.ts';
import { findOption, hasOption, valueOf } from '../extension/option-values.ts';

/** The source becomes an address of the outgoing device (net/netfilter/xt_MASQUERADE.c). */
export interface MasqueradeTarget {
  readonly kind: 'MASQUERADE';
  readonly range: NatRange;
}

export const masquerade: TargetModule<'MASQUERADE', MasqueradeTarget> = {
  name: 'MASQUERADE',
  needsConntrack: () => true,
  ends: true,
  options: {
    '--to-ports': { values: 1, invertible: false },
    '--random': { values: 0, invertible: false },
    '--random-fully': { values: 0, invertible: false },
  },
  placement: () => ({ tables: ['nat'], hooks: ['POSTROUTING'] }),

  parse(options, scope) {
    const option = findOption(options, '--to-ports');
    if (option !== undefined) requirePorts(option, scope);
    return {
      kind: 'MASQUERADE',
      range: {
        ...(option === undefined ? {} : withoutBase(readPortRange(option, valueOf(option)))),
        random: hasOption(options, '--random'),
        randomFully: hasOption(options, '--random-fully'),
        persistent: false,
      },
    };
  },

  print: ({ range }) =>
    [...(range.ports === undefined ? [] : [`--to-ports ${printPortRange(range.ports, range.basePort)}`]), ...printNatFlags(range)].join(
      ' ',
    ),
  apply: ({ range }) => ({ kind: 'masquerade', range }),
  describe: ({ range }) =>
    'translate the source to the address of the outgoing device' +
    (range.ports === undefined ? '' : `, ports ${printPortRange(range.ports)}`),
};
