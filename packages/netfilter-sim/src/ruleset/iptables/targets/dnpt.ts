import type { TargetModule } from '../extension/extension.ts';
import { printPrefixPair, readPrefixPair, translatePrefix } from './prefix-translation.ts';
import type { PrefixPair } from './prefix-translation.ts';

/** Stateless translation of the destination's IPv6 prefix, RFC 6296 (net/ipv6/netfilter/ip6t_NPT.c). */
export interface DnptTarget extends PrefixPair {
  readonly kind: 'DNPT';
}

export const dnpt: TargetModule<'DNPT', DnptTarget> = {
  name: 'DNPT',
  family: 'ipv6',
  notModelledFor: 'addresses without the prefix, interface identifiers that are all ones',
  options: {
    '--src-pfx': { values: 1, invertible: false },
    '--dst-pfx': { values: 1, invertible: false },
  },
  placement: () => ({ tables: ['mangle'], hooks: ['PREROUTING', 'OUTPUT'] }),
  parse: (options, scope) => ({ kind: 'DNPT', ...readPrefixPair(options, scope) }),
  print: printPrefixPair,
  apply: (pair, { packet }) => translatePrefix(pair, packet, 'dst'),
  describe: ({ from, to }) => `translate the destination's prefix from ${from} to ${to}`,
};
