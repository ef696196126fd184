import { goOn } from '../../shared/outcome.ts';
import type { TargetModule } from '../extension/extension.ts';
import { requireOption, valueOf } from '../extension/option-values.ts';

/** Sets the packet's security mark (net/netfilter/xt_SECMARK.c). */
export interface SecmarkTarget {
  readonly kind: 'SECMARK';
  readonly context: string;
}

export const secmark: TargetModule<'SECMARK', SecmarkTarget> = {
  name: 'SECMARK',
  options: { '--selctx': { values: 1, invertible: false } },
  placement: () => ({ tables: ['mangle', 'security'] }),
  parse: (options, scope) => ({
    kind: 'SECMARK',
    context: valueOf(requireOption(options, '--selctx', scope, 'CONTEXT')),
  }),
  print: ({ context }) => `--selctx ${context}`,
  // Security marks are for SELinux, which has no part in the packet path here.
  apply: () => goOn(),
  describe: ({ context }) => `give it the security context ${context}`,
};
