import { goOn } from '../../shared/outcome.ts';
import type { TargetModule } from '../extension/extension.ts';

/** The kernel logs every rule that the packet meets from here on (net/netfilter/xt_TRACE.c). */
export interface TraceTarget {
  readonly kind: 'TRACE';
}

export const trace: TargetModule<'TRACE', TraceTarget> = {
  name: 'TRACE',
  quiet: true,
  options: {},
  placement: () => ({ tables: ['raw'] }),
  parse: () => ({ kind: 'TRACE' }),
  print: () => '',
  apply: () => goOn({ kind: 'trace' }),
  describe: () => 'trace it',
};
