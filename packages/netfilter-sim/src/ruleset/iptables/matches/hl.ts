import type { MatchModule } from '../extension/extension.ts';
import { describeHopCountTest, evaluateHopCount, printHopCountTest, readHopCountTest } from './hop-count.ts';
import type { HopCountTest } from './hop-count.ts';

/** The IPv6 hop limit (net/netfilter/xt_hl.c, hl_mt6). */
export interface HlMatch extends HopCountTest {
  readonly kind: 'hl';
}

export const hl: MatchModule<'hl', HlMatch> = {
  name: 'hl',
  family: 'ipv6',
  steady: 'while-unchanged',
  options: {
    '--hl-eq': { values: 1, invertible: true, aliases: ['--hl'] },
    '--hl-lt': { values: 1, invertible: false },
    '--hl-gt': { values: 1, invertible: false },
  },
  parse: (options, scope) => ({ kind: 'hl', ...readHopCountTest(options, '--hl', scope) }),
  print: (match) => printHopCountTest('--hl', match),
  evaluate: (match, { packet }) => evaluateHopCount(match, packet.ttl),
  describe: (match) => describeHopCountTest('hop limit', match),
};
