import type { MatchModule } from '../extension/extension.ts';
import { printOptionsHeader, readOptionsHeader } from './options-header.ts';
import type { OptionsHeaderTest } from './options-header.ts';

/** IPv6's hop-by-hop options header (net/ipv6/netfilter/ip6t_hbh.c). */
export interface HbhMatch extends OptionsHeaderTest {
  readonly kind: 'hbh';
}

export const hbh: MatchModule<'hbh', HbhMatch> = {
  name: 'hbh',
  family: 'ipv6',
  options: {
    '--hbh-len': { values: 1, invertible: true },
    '--hbh-opts': { values: 1, invertible: false },
  },
  parse: (options) => ({ kind: 'hbh', ...readOptionsHeader(options, '--hbh') }),
  print: (match) => printOptionsHeader('--hbh', match),
  // Packets of the model have no extension headers, and without one the kernel says no.
  evaluate: () => 'no-match',
  describe: () => 'it has a hop-by-hop options header',
};
