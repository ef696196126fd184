import { InputError } from '../../../error.ts';
import { PROTOCOL } from '../../../packet/protocol.ts';
import { notModelled } from '../../shared/not-modelled.ts';
import { UINT32_MAX } from '../../shared/numbers.ts';
import type { MatchModule } from '../extension/extension.ts';
import { findOption, hasOption, not, numberValue, refuse } from '../extension/option-values.ts';
import { describeSpi, evaluateSpi, printSpi, readSpi } from './spi.ts';
import type { SpiTest } from './spi.ts';

/** IPsec's authentication header (net/ipv4/netfilter/ipt_ah.c, net/ipv6/netfilter/ip6t_ah.c). */
export interface AhMatch extends SpiTest {
  readonly kind: 'ah';
  /** IPv6 only. */
  readonly length?: { readonly bytes: number; readonly inverted: boolean };
  readonly reservedIsZero: boolean;
}

export const ah: MatchModule<'ah', AhMatch> = {
  name: 'ah',
  notModelledFor: 'SPIs, lengths and reserved bits',
  loadedBy: PROTOCOL.ah,
  options: {
    '--ahspi': { values: 1, invertible: true },
    '--ahlen': { values: 1, invertible: true },
    '--ahres': { values: 0, invertible: false },
  },

  parse(options, scope) {
    const length = findOption(options, '--ahlen');
    // In IPv4 the protocol is the header's; in IPv6 it may follow others, and no -p is asked for.
    if (scope.family === 'ipv4') {
      if (scope.protocol !== PROTOCOL.ah) {
        throw new InputError(scope.position, 'match "ah" needs its protocol', 'add -p ah');
      }
      const foreign = length ?? findOption(options, '--ahres');
      if (foreign !== undefined) refuse(foreign, `no ${foreign.name}: it is for ipv6`);
    }
    return {
      kind: 'ah',
      ...readSpi(options, '--ahspi'),
      ...(length === undefined
        ? {}
        : { length: { bytes: numberValue(length, { min: 0, max: UINT32_MAX }), inverted: length.inverted } }),
      reservedIsZero: hasOption(options, '--ahres'),
    };
  },

  print: (match) =>
    [
      ...printSpi('--ahspi', match),
      ...(match.length === undefined || (match.length.bytes === 0 && !match.length.inverted) ? [] : [`${not(match.length.inverted)}--ahlen ${match.length.bytes}`]),
      ...(match.reservedIsZero ? ['--ahres'] : []),
    ].join(' '),

  evaluate(match, context) {
    const result = evaluateSpi(match, PROTOCOL.ah, context);
    const more = match.length !== undefined || match.reservedIsZero;
    return result === 'match' && more ? notModelled('the fields of an authentication header') : result;
  },

  describe: describeSpi,
};
