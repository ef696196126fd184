import { notModelled } from '../../shared/not-modelled.ts';
import type { TargetModule } from '../extension/extension.ts';
import { printPrefixPair, readPrefixPair } from './prefix-translation.ts';
import type { PrefixPair } from './prefix-translation.ts';

/** Stateless translation of the source's IPv6 prefix, RFC 6296 (net/ipv6/netfilter/ip6t_NPT.c). */
export interface SnptTarget extends PrefixPair {
  readonly kind: 'SNPT';
}

const NOT_MODELLED = 'prefix translation (RFC 6296)';

export const snpt: TargetModule<'SNPT', SnptTarget> = {
  name: 'SNPT',
  family: 'ipv6',
  notModelled: NOT_MODELLED,
  options: {
    '--src-pfx': { values: 1, invertible: false },
    '--dst-pfx': { values: 1, invertible: false },
  },
  placement: () => ({ tables: ['mangle'], hooks: ['INPUT', 'POSTROUTING'] }),
  parse: (options, scope) => ({ kind: 'SNPT', ...readPrefixPair(options, scope) }),
  print: printPrefixPair,
  apply: () => notModelled(NOT_MODELLED),
  describe: ({ from, to }) => `translate the source's prefix from ${from} to ${to}`,
};
