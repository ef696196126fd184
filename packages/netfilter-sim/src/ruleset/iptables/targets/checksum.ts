import { goOn } from '../../shared/outcome.ts';
import type { TargetModule } from '../extension/extension.ts';
import { requireOption } from '../extension/option-values.ts';

/** Fills in a checksum that was left to the hardware (net/netfilter/xt_CHECKSUM.c). */
export interface ChecksumTarget {
  readonly kind: 'CHECKSUM';
}

export const checksum: TargetModule<'CHECKSUM', ChecksumTarget> = {
  name: 'CHECKSUM',
  options: { '--checksum-fill': { values: 0, invertible: false } },
  placement: () => ({ tables: ['mangle'] }),

  parse(options, scope) {
    requireOption(options, '--checksum-fill', scope, '');
    return { kind: 'CHECKSUM' };
  },

  print: () => '--checksum-fill',
  apply: () => goOn(),
  describe: () => 'fill in its checksum',
};
