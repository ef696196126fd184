import type { TargetModule } from '../extension/extension.ts';
import { applyHopCountChange, describeHopCountChange, printHopCountChange, readHopCountChange } from './hop-count.ts';
import type { HopCountChange } from './hop-count.ts';

/** Changes the IPv6 hop limit (net/netfilter/xt_HL.c, hl_tg6). */
export interface HlTarget extends HopCountChange {
  readonly kind: 'HL';
}

export const hl: TargetModule<'HL', HlTarget> = {
  name: 'HL',
  family: 'ipv6',
  options: {
    '--hl-set': { values: 1, invertible: false },
    '--hl-inc': { values: 1, invertible: false },
    '--hl-dec': { values: 1, invertible: false },
  },
  placement: () => ({ tables: ['mangle'] }),
  parse: (options, scope) => ({ kind: 'HL', ...readHopCountChange(options, '--hl', scope) }),
  print: (target) => printHopCountChange('--hl', target),
  apply: (target, { packet }) => applyHopCountChange(target, packet.ttl),
  describe: (target) => describeHopCountChange('hop limit', target),
};
