import { goOn } from '../../shared/outcome.ts';
import type { TargetModule } from '../extension/extension.ts';
import { requireOneOption } from '../extension/option-values.ts';

/** Moves the security mark between packet and connection (net/netfilter/xt_CONNSECMARK.c). */
export interface ConnsecmarkTarget {
  readonly kind: 'CONNSECMARK';
  readonly operation: 'save' | 'restore';
}

export const connsecmark: TargetModule<'CONNSECMARK', ConnsecmarkTarget> = {
  name: 'CONNSECMARK',
  needsConntrack: () => true,
  options: {
    '--save': { values: 0, invertible: false },
    '--restore': { values: 0, invertible: false },
  },
  placement: () => ({ tables: ['mangle', 'security'] }),
  parse: (options, scope) => ({
    kind: 'CONNSECMARK',
    operation: requireOneOption(options, ['--save', '--restore'], scope).name === '--save' ? 'save' : 'restore',
  }),
  print: ({ operation }) => `--${operation}`,
  // Security marks are for SELinux, which has no part in the packet path here.
  apply: () => goOn(),
  describe: ({ operation }) => `${operation} the security mark of its connection`,
};
