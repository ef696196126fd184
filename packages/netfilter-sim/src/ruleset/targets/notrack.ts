import type { TargetModule } from '../extension.ts';

/** Conntrack shall not see this packet (net/netfilter/xt_CT.c, notrack_tg). */
export interface NotrackTarget {
  readonly kind: 'NOTRACK';
}

export const notrack: TargetModule<'NOTRACK', NotrackTarget> = {
  name: 'NOTRACK',
  options: {},
  parse: () => ({ kind: 'NOTRACK' }),
  print: () => '',
  apply: () => ({ kind: 'continue', changes: [{ kind: 'untrack' }] }),
  describe: () => 'leave it out of connection tracking',
};
