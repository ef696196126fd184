import { addressWidth } from '../../packet/address.ts';
import { InputError } from '../../error.ts';
import { answer } from '../evaluation.ts';
import type { MatchModule } from '../extension.ts';
import { findOption, hasOption, numberValue, requireOneOption, UINT32_MAX } from '../option-values.ts';

/** How many connections an address or network has (net/netfilter/xt_connlimit.c). */
export interface ConnlimitMatch {
  readonly kind: 'connlimit';
  readonly side: 'upto' | 'above';
  readonly connections: number;
  readonly maskLength: number;
  readonly by: 'src' | 'dst';
}

const limit = { values: 1, invertible: true } as const;
const flag = { values: 0, invertible: false } as const;

export const connlimit: MatchModule<'connlimit', ConnlimitMatch> = {
  name: 'connlimit',
  options: {
    '--connlimit-upto': limit,
    '--connlimit-above': limit,
    '--connlimit-mask': { values: 1, invertible: false },
    '--connlimit-saddr': flag,
    '--connlimit-daddr': flag,
  },

  parse(options, scope) {
    const option = requireOneOption(options, ['--connlimit-upto', '--connlimit-above'], scope);
    const mask = findOption(options, '--connlimit-mask');
    const width = addressWidth(scope.family);
    if (hasOption(options, '--connlimit-saddr') && hasOption(options, '--connlimit-daddr')) {
      throw new InputError(
        scope.position,
        '--connlimit-saddr and --connlimit-daddr exclude each other',
        'keep one of them',
      );
    }
    return {
      kind: 'connlimit',
      side: (option.name === '--connlimit-above') === option.inverted ? 'upto' : 'above',
      connections: numberValue(option, { min: 0, max: UINT32_MAX }),
      maskLength: mask === undefined ? width : Math.min(width, numberValue(mask, { min: 0, max: 128 })),
      by: hasOption(options, '--connlimit-daddr') ? 'dst' : 'src',
    };
  },

  print: (match) =>
    `--connlimit-${match.side} ${match.connections} --connlimit-mask ${match.maskLength} ` +
    `--connlimit-${match.by === 'src' ? 'saddr' : 'daddr'}`,

  evaluate({ side, connections, maskLength, by }, context) {
    const { packet, conntrack } = context;
    const listed = context.countConnections(by === 'src' ? packet.src : packet.dst, maskLength, by);
    // The connection of the packet itself counts before it is in the table (connlimit_mt).
    const own = conntrack.kind === 'tracked' && conntrack.entry.status.confirmed ? 0 : 1;
    return answer(listed + own > connections === (side === 'above'));
  },

  describe: (match) =>
    `its ${match.by === 'src' ? 'source' : 'destination'} (/${match.maskLength}) has ` +
    `${match.side === 'above' ? 'more than' : 'at most'} ${match.connections} connections`,
};
