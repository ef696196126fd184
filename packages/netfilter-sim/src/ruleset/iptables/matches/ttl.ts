import type { MatchModule } from '../extension/extension.ts';
import { describeHopCountTest, evaluateHopCount, printHopCountTest, readHopCountTest } from './hop-count.ts';
import type { HopCountTest } from './hop-count.ts';

/** The IPv4 time to live (net/netfilter/xt_hl.c, ttl_mt). */
export interface TtlMatch extends HopCountTest {
  readonly kind: 'ttl';
}

export const ttl: MatchModule<'ttl', TtlMatch> = {
  name: 'ttl',
  family: 'ipv4',
  steady: 'while-unchanged',
  options: {
    '--ttl-eq': { values: 1, invertible: true, aliases: ['--ttl'] },
    '--ttl-lt': { values: 1, invertible: false },
    '--ttl-gt': { values: 1, invertible: false },
  },
  parse: (options, scope) => ({ kind: 'ttl', ...readHopCountTest(options, '--ttl', scope) }),
  print: (match) => printHopCountTest('--ttl', match),
  evaluate: (match, { packet }) => evaluateHopCount(match, packet.ttl),
  describe: (match) => describeHopCountTest('time to live', match),
};
