import type { TargetModule } from '../extension/extension.ts';
import { printPrefixPair, readPrefixPair, translatePrefix } from './prefix-translation.ts';
import type { PrefixPair } from './prefix-translation.ts';

/** Stateless translation of the source's IPv6 prefix, RFC 6296 (net/ipv6/netfilter/ip6t_NPT.c). */
export interface SnptTarget extends PrefixPair {
  readonly kind: 'SNPT';
}

export const snpt: TargetModule<'SNPT', SnptTarget> = {
  name: 'SNPT',
  family: 'ipv6',
  notModelledFor: 'addresses without the prefix, interface identifiers that are all ones',
  options: {
    '--src-pfx': { values: 1, invertible: false },
    '--dst-pfx': { values: 1, invertible: false },
  },
  placement: () => ({ tables: ['mangle'], hooks: ['INPUT', 'POSTROUTING'] }),
  parse: (options, scope) => ({ kind: 'SNPT', ...readPrefixPair(options, scope) }),
  print: printPrefixPair,
  apply: (pair, { packet }) => translatePrefix(pair, packet, 'src'),
  describe: ({ from, to }) => `translate the source's prefix from ${from} to ${to}`,
};
