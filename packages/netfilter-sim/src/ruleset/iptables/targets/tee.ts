import { anyAddress } from '../../../packet/address.ts';
import type { Address } from '../../../packet/address.ts';
import { readHost } from '../../shared/address-values.ts';
import { goOn } from '../../shared/outcome.ts';
import type { TargetModule } from '../extension/extension.ts';
import { findOption, refuse, requireOption, valueOf } from '../extension/option-values.ts';

/** Sends a copy to another host of the network (net/netfilter/xt_TEE.c). */
export interface TeeTarget {
  readonly kind: 'TEE';
  readonly gateway: Address;
  readonly outDevice?: string;
}

export const tee: TargetModule<'TEE', TeeTarget> = {
  name: 'TEE',
  options: {
    '--gateway': { values: 1, invertible: false },
    '--oif': { values: 1, invertible: false },
  },

  parse(options, scope) {
    const gateway = requireOption(options, '--gateway', scope, 'ADDRESS');
    const device = findOption(options, '--oif');
    const address = readHost(scope.family, valueOf(gateway));
    return {
      kind: 'TEE',
      // tee_tg_check (6.12) wants one that is not zero.
      gateway:
        address === undefined || address === anyAddress(scope.family)
          ? refuse(gateway, `an ${scope.family} address that is not ${anyAddress(scope.family)}`)
          : address,
      ...(device === undefined ? {} : { outDevice: valueOf(device) }),
    };
  },

  print: ({ gateway, outDevice }) => `--gateway ${gateway}${outDevice === undefined ? '' : ` --oif ${outDevice}`}`,
  // The copy goes its own way and is not followed; the packet itself goes on untouched.
  apply: () => goOn(),
  describe: ({ gateway }) => `send a copy to ${gateway}`,
};
