import type { Address } from '../../packet/address.ts';
import { lengthOfMask } from '../../packet/prefix.ts';
import { printMask, readAddressOf, readMask, wholeMask } from '../address-values.ts';
import type { TargetModule } from '../extension.ts';
import { refuse, requireOption, valueOf } from '../option-values.ts';

/** Maps a network onto another, host by host (net/netfilter/xt_NETMAP.c). */
export interface NetmapTarget {
  readonly kind: 'NETMAP';
  /** Where the mask is 1, the bits come from here. */
  readonly address: Address;
  readonly mask: bigint;
}

export const netmap: TargetModule<'NETMAP', NetmapTarget> = {
  name: 'NETMAP',
  options: { '--to': { values: 1, invertible: false } },
  placement: () => ({ tables: ['nat'] }),

  parse(options, scope) {
    const option = requireOption(options, '--to', scope, 'NETWORK/LENGTH');
    const [name = '', maskText] = valueOf(option).split('/');
    const address = readAddressOf(scope.family, name);
    const mask = maskText === undefined ? wholeMask(scope.family) : readMask(scope.family, maskText);
    return address === undefined || mask === undefined || lengthOfMask(scope.family, mask) === undefined
      ? refuse(option, `an ${scope.family} network, NETWORK/LENGTH`)
      : { kind: 'NETMAP', address, mask };
  },

  print: ({ address, mask }, family) => `--to ${address}/${printMask(family, mask)}`,
  apply: ({ address, mask }) => ({ kind: 'map-network', address, mask }),
  describe: ({ address, mask }) => `map its network onto ${address}, of which ${countOnes(mask)} bits count`,
};

const countOnes = (mask: bigint): number => mask.toString(2).replaceAll('0', '').length;
