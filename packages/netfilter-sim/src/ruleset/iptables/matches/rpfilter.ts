import { addressBits } from '../../../packet/address.ts';
import type { PacketContext } from '../../shared/context.ts';
import { answer } from '../../shared/outcome.ts';
import type { MatchModule } from '../extension/extension.ts';
import { hasOption } from '../extension/option-values.ts';

/** Whether the way back to the source is the way it came (net/ipv4/netfilter/ipt_rpfilter.c, ip6t_rpfilter.c). */
export interface RpfilterMatch {
  readonly kind: 'rpfilter';
  readonly loose: boolean;
  readonly validMark: boolean;
  readonly acceptLocal: boolean;
  readonly inverted: boolean;
}

const flag = { values: 0, invertible: false } as const;

/** What passes without a look at the routes. */
const alwaysPasses = ({ packet, inDevice }: PacketContext): boolean => {
  if (inDevice === 'lo') return true;
  const [source, destination] = [addressBits(packet.src), addressBits(packet.dst)];
  if (packet.family === 'ipv6') return source === 0n;
  const fromZeroNet = source >> 24n === 0n;
  const toAll = destination === 0xffff_ffffn || destination >> 8n === 0xe0_0000n;
  return fromZeroNet && toAll;
};

export const rpfilter: MatchModule<'rpfilter', RpfilterMatch> = {
  name: 'rpfilter',
  steady: 'always',
  options: { '--loose': flag, '--validmark': flag, '--accept-local': flag, '--invert': flag },
  placement: () => ({ tables: ['raw', 'mangle'], hooks: ['PREROUTING'] }),

  parse: (options) => ({
    kind: 'rpfilter',
    loose: hasOption(options, '--loose'),
    validMark: hasOption(options, '--validmark'),
    acceptLocal: hasOption(options, '--accept-local'),
    inverted: hasOption(options, '--invert'),
  }),

  print: (match) =>
    [
      ...(match.loose ? ['--loose'] : []),
      ...(match.validMark ? ['--validmark'] : []),
      ...(match.acceptLocal ? ['--accept-local'] : []),
      ...(match.inverted ? ['--invert'] : []),
    ].join(' '),

  evaluate({ loose, validMark, acceptLocal, inverted }, context) {
    const passes = alwaysPasses(context) || context.reversePath({ loose, validMark, acceptLocal });
    return answer(passes !== inverted);
  },

  describe: (match) => `the way back to its source ${match.inverted ? 'fails' : 'passes'} the reverse-path test`,
};
