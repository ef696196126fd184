import { PROTOCOL } from '../../../packet/protocol.ts';
import type { MatchModule } from '../extension/extension.ts';
import { describeSpi, evaluateSpi, printSpi, readSpi } from './spi.ts';
import type { SpiTest } from './spi.ts';

/** IPsec's encapsulation header (net/netfilter/xt_esp.c). */
export interface EspMatch extends SpiTest {
  readonly kind: 'esp';
}

export const esp: MatchModule<'esp', EspMatch> = {
  name: 'esp',
  notModelledFor: 'SPIs',
  loadedBy: PROTOCOL.esp,
  options: { '--espspi': { values: 1, invertible: true } },
  placement: () => ({ protocols: [PROTOCOL.esp] }),
  parse: (options) => ({ kind: 'esp', ...readSpi(options, '--espspi') }),
  print: (match) => printSpi('--espspi', match).join(' '),
  evaluate: (match, context) => evaluateSpi(match, PROTOCOL.esp, context),
  describe: describeSpi,
};
