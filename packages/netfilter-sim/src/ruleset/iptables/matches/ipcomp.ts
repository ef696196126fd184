import { notModelled } from '../../shared/not-modelled.ts';
import type { MatchModule } from '../extension/extension.ts';
import { hasOption } from '../extension/option-values.ts';
import { describeSpi, evaluateSpi, printSpi, readSpi } from './spi.ts';
import type { SpiTest } from './spi.ts';

/** IPsec's compression header (net/netfilter/xt_ipcomp.c). */
export interface IpcompMatch extends SpiTest {
  readonly kind: 'ipcomp';
  readonly reservedIsZero: boolean;
}

const IPCOMP = 108;

export const ipcomp: MatchModule<'ipcomp', IpcompMatch> = {
  name: 'ipcomp',
  notModelledFor: 'SPIs and reserved bits',
  options: {
    '--ipcompspi': { values: 1, invertible: true },
    '--compres': { values: 0, invertible: false },
  },
  placement: () => ({ protocols: [IPCOMP] }),
  parse: (options) => ({
    kind: 'ipcomp',
    ...readSpi(options, '--ipcompspi'),
    reservedIsZero: hasOption(options, '--compres'),
  }),
  print: (match) => [...printSpi('--ipcompspi', match), ...(match.reservedIsZero ? ['--compres'] : [])].join(' '),

  evaluate(match, context) {
    const result = evaluateSpi(match, IPCOMP, context);
    return result === 'match' && match.reservedIsZero ? notModelled('the fields of a compression header') : result;
  },

  describe: describeSpi,
};
