import { notModelled } from '../../shared/not-modelled.ts';
import { UINT32_MAX } from '../../shared/numbers.ts';
import type { MatchModule } from '../extension/extension.ts';
import { is, not, numberValue, requireOneOption, valueOf } from '../extension/option-values.ts';

/** The control group of the sending socket (net/netfilter/xt_cgroup.c). */
export interface CgroupMatch {
  readonly kind: 'cgroup';
  readonly group: { readonly kind: 'class'; readonly id: number } | { readonly kind: 'path'; readonly path: string };
  readonly inverted: boolean;
}

const NOT_MODELLED = 'control groups of sockets';

export const cgroup: MatchModule<'cgroup', CgroupMatch> = {
  name: 'cgroup',
  notModelled: NOT_MODELLED,
  options: {
    '--cgroup': { values: 1, invertible: true },
    '--path': { values: 1, invertible: true },
  },

  parse(options, scope) {
    const option = requireOneOption(options, ['--cgroup', '--path'], scope);
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
    `${not(inverted)}${group.kind === 'class' ? `--cgroup ${group.id}` : `--path ${group.path}`}`,
  evaluate: () => notModelled(NOT_MODELLED),
  describe: ({ group, inverted }) =>
    `the control group of the sending socket ${is(inverted)} ${group.kind === 'class' ? group.id : group.path}`,
};
