import { addressBits, addressFromBits } from '../../../packet/address.ts';
import type { Address } from '../../../packet/address.ts';
import { printAddressAndMask, readHostAndMask } from '../../shared/address-values.ts';
import type { TargetModule } from '../extension/extension.ts';
import { refuse, requireOption, valueOf } from '../extension/option-values.ts';

/** Maps a network onto another, host by host (net/netfilter/xt_NETMAP.c). */
export interface NetmapTarget {
  readonly kind: 'NETMAP';
  /** Where the mask is 1, the bits come from here. */
  readonly address: Address;
  readonly mask: bigint;
}

export const netmap: TargetModule<'NETMAP', NetmapTarget> = {
  name: 'NETMAP',
  needsConntrack: () => true,
  ends: true,
  options: { '--to': { values: 1, invertible: false } },
  placement: () => ({ tables: ['nat'] }),

  parse(options, scope) {
    const option = requireOption(options, '--to', scope, 'NETWORK/LENGTH');
    const found =
      readHostAndMask(scope.family, valueOf(option)) ?? refuse(option, `an ${scope.family} network, NETWORK/LENGTH`);
    const network = addressFromBits(scope.family, addressBits(found.address) & found.mask);
    return { kind: 'NETMAP', address: network, mask: found.mask };
  },

  print: ({ address, mask }) => `--to ${printAddressAndMask({ address, mask })}`,
  apply: ({ address, mask }) => ({ kind: 'map-network', address, mask }),
  describe: ({ address, mask }) => `map its network onto ${printAddressAndMask({ address, mask })}`,
};
