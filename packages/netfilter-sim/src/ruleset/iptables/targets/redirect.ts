import type { NatRange } from '../../../nat/range.ts';
import type { TargetModule } from '../extension/extension.ts';
import { printNatFlags, printPortRange, readPortRange, requirePorts } from '../extension/nat-range.ts';
import { findOption, hasOption, refuse, valueOf } from '../extension/option-values.ts';

/** The destination becomes this host (net/netfilter/xt_REDIRECT.c). */
export interface RedirectTarget {
  readonly kind: 'REDIRECT';
  readonly range: NatRange;
}

export const redirect: TargetModule<'REDIRECT', RedirectTarget> = {
  name: 'REDIRECT',
  needsConntrack: () => true,
  ends: true,
  options: {
    '--to-ports': { values: 1, invertible: false },
    '--random': { values: 0, invertible: false },
  },
  placement: () => ({ tables: ['nat'], hooks: ['PREROUTING', 'OUTPUT'] }),

  parse(options, scope) {
    const option = findOption(options, '--to-ports');
    if (option !== undefined) requirePorts(option, scope);
    const ports = option === undefined ? undefined : readPortRange(option, valueOf(option));
    if (option !== undefined && ports?.basePort !== undefined) refuse(option, 'no shifted range here');
    return {
      kind: 'REDIRECT',
      range: {
        ...ports,
        random: hasOption(options, '--random'),
        randomFully: false,
        persistent: false,
      },
    };
  },

  print: ({ range }) =>
    [...(range.ports === undefined ? [] : [`--to-ports ${printPortRange(range.ports)}`]), ...printNatFlags(range)].join(
      ' ',
    ),
  apply: ({ range }) => ({ kind: 'redirect', range }),
  describe: ({ range }) =>
    `redirect it to this host${range.ports === undefined ? '' : `, port ${printPortRange(range.ports)}`}`,
};
