import type { MatchModule } from '../extension/extension.ts';
import { printOptionsHeader, readOptionsHeader } from './options-header.ts';
import type { OptionsHeaderTest } from './options-header.ts';

/** IPv6's destination options header (net/ipv6/netfilter/ip6t_hbh.c). */
export interface DstMatch extends OptionsHeaderTest {
  readonly kind: 'dst';
}

export const dst: MatchModule<'dst', DstMatch> = {
  name: 'dst',
  family: 'ipv6',
  options: {
    '--dst-len': { values: 1, invertible: true },
    '--dst-opts': { values: 1, invertible: false },
  },
  parse: (options) => ({ kind: 'dst', ...readOptionsHeader(options, '--dst') }),
  print: (match) => printOptionsHeader('--dst', match),
  // Packets of the model have no extension headers, and without one the kernel says no.
  evaluate: () => 'no-match',
  describe: () => 'it has a destination options header',
};
