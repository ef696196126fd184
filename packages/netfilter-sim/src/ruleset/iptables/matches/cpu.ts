import { notModelled } from '../../shared/not-modelled.ts';
import { UINT32_MAX } from '../../shared/numbers.ts';
import type { MatchModule } from '../extension/extension.ts';
import { is, not, numberValue, requireOption } from '../extension/option-values.ts';

/** The processor at work (net/netfilter/xt_cpu.c). */
export interface CpuMatch {
  readonly kind: 'cpu';
  readonly cpu: number;
  readonly inverted: boolean;
}

const NOT_MODELLED = 'processors';

export const cpu: MatchModule<'cpu', CpuMatch> = {
  name: 'cpu',
  notModelled: NOT_MODELLED,
  options: { '--cpu': { values: 1, invertible: true } },

  parse(options, scope) {
    const option = requireOption(options, '--cpu', scope, 'NUMBER');
    return { kind: 'cpu', cpu: numberValue(option, { min: 0, max: UINT32_MAX }), inverted: option.inverted };
  },

  print: (match) => `${not(match.inverted)}--cpu ${match.cpu}`,
  evaluate: () => notModelled(NOT_MODELLED),
  describe: (match) => `the processor at work ${is(match.inverted)} ${match.cpu}`,
};
