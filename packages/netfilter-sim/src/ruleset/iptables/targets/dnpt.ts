import { notModelled } from '../../shared/not-modelled.ts';
import type { TargetModule } from '../extension/extension.ts';
import { printPrefixPair, readPrefixPair } from './prefix-translation.ts';
import type { PrefixPair } from './prefix-translation.ts';

/** Stateless translation of the destination's IPv6 prefix, RFC 6296 (net/ipv6/netfilter/ip6t_NPT.c). */
export interface DnptTarget extends PrefixPair {
  readonly kind: 'DNPT';
}

const NOT_MODELLED = 'prefix translation (RFC 6296)';

export const dnpt: TargetModule<'DNPT', DnptTarget> = {
  name: 'DNPT',
  family: 'ipv6',
  notModelled: NOT_MODELLED,
  options: {
    '--src-pfx': { values: 1, invertible: false },
    '--dst-pfx': { values: 1, invertible: false },
  },
  placement: () => ({ tables: ['mangle'], hooks: ['PREROUTING', 'OUTPUT'] }),
  parse: (options, scope) => ({ kind: 'DNPT', ...readPrefixPair(options, scope) }),
  print: printPrefixPair,
  apply: () => notModelled(NOT_MODELLED),
  describe: ({ from, to }) => `translate the destination's prefix from ${from} to ${to}`,
};
