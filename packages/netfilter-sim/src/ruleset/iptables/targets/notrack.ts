import { goOn } from '../../shared/outcome.ts';
import type { TargetModule } from '../extension/extension.ts';

/** Conntrack shall not see this packet (net/netfilter/xt_CT.c, notrack_tg). */
export interface NotrackTarget {
  readonly kind: 'NOTRACK';
}

export const notrack: TargetModule<'NOTRACK', NotrackTarget> = {
  name: 'NOTRACK',
  options: {},
  placement: () => ({ tables: ['raw'] }),
  parse: () => ({ kind: 'NOTRACK' }),
  print: () => '',
  apply: () => goOn({ kind: 'untrack' }),
  describe: () => 'leave it out of connection tracking',
};
