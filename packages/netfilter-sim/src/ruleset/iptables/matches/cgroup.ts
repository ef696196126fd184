import type { PacketContext } from '../../shared/context.ts';
import { notModelled } from '../../shared/not-modelled.ts';
import { UINT32_MAX } from '../../shared/numbers.ts';
import type { MatchModule } from '../extension/extension.ts';
import { is, not, numberValue, refuse, requireOneOption, valueOf } from '../extension/option-values.ts';
import { quote } from '../extension/quote.ts';

/** The control group of the packet's socket (net/netfilter/xt_cgroup.c, 6.12). */
export interface CgroupMatch {
  readonly kind: 'cgroup';
  readonly group: { readonly kind: 'class'; readonly id: number } | { readonly kind: 'path'; readonly path: string };
  readonly inverted: boolean;
}

/** XT_CGROUP_PATH_MAX with its NUL. */
const PATH_LENGTH_MAX = 511;

/**
 * Whether the packet has a socket at all: one that is forwarded has none, nor one that came over loopback; one
 * that came by another device may have been given the socket that it is for (`tcp_v4_early_demux` and its kin).
 */
const mayHaveSocket = ({ hook, inDevice, packet }: PacketContext): boolean => {
  if (hook !== 'INPUT') return inDevice === '';
  return inDevice !== 'lo' && (packet.kind === 'tcp' || packet.kind === 'udp') && packet.fragment === undefined;
};

export const cgroup: MatchModule<'cgroup', CgroupMatch> = {
  name: 'cgroup',
  notModelledFor: 'packets that have a socket or may have been given one',
  options: {
    '--cgroup': { values: 1, invertible: true },
    '--path': { values: 1, invertible: true },
  },
  placement: () => ({ hooks: ['INPUT', 'OUTPUT', 'POSTROUTING'] }),

  parse(options, scope) {
    const option = requireOneOption(options, ['--cgroup', '--path'], scope);
    if (option.name === '--path' && valueOf(option).length > PATH_LENGTH_MAX) {
      refuse(option, `a path of at most ${PATH_LENGTH_MAX} bytes`);
    }
    return {
      kind: 'cgroup',
      group:
        option.name === '--cgroup'
          ? { kind: 'class', id: numberValue(option, { min: 0, max: UINT32_MAX }) }
          : { kind: 'path', path: valueOf(option) },
      inverted: option.inverted,
    };
  },

  print: ({ group, inverted }) =>
    `${not(inverted)}${group.kind === 'class' ? `--cgroup ${group.id}` : `--path ${quote(group.path)}`}`,
  // Without a socket it says no, inverted or not.
  evaluate: (_match, context) => (mayHaveSocket(context) ? notModelled("the control group of the packet's socket") : 'no-match'),
  describe: ({ group, inverted }) =>
    `the control group of the sending socket ${is(inverted)} ${group.kind === 'class' ? group.id : group.path}`,
};
