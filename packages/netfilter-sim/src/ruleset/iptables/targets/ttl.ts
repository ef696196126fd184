import type { TargetModule } from '../extension/extension.ts';
import { applyHopCountChange, describeHopCountChange, printHopCountChange, readHopCountChange } from './hop-count.ts';
import type { HopCountChange } from './hop-count.ts';

/** Changes the IPv4 time to live (net/netfilter/xt_HL.c, ttl_tg). */
export interface TtlTarget extends HopCountChange {
  readonly kind: 'TTL';
}

export const ttl: TargetModule<'TTL', TtlTarget> = {
  name: 'TTL',
  family: 'ipv4',
  options: {
    '--ttl-set': { values: 1, invertible: false },
    '--ttl-inc': { values: 1, invertible: false },
    '--ttl-dec': { values: 1, invertible: false },
  },
  placement: () => ({ tables: ['mangle'] }),
  parse: (options, scope) => ({ kind: 'TTL', ...readHopCountChange(options, '--ttl', scope) }),
  print: (target) => printHopCountChange('--ttl', target),
  apply: (target, { packet }) => applyHopCountChange(target, packet.ttl),
  describe: (target) => describeHopCountChange('time to live', target),
};
