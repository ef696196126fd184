import { anyAddress } from '../../../packet/address.ts';
import type { Address } from '../../../packet/address.ts';
import type { Port } from '../../../packet/port.ts';
import { PROTOCOL } from '../../../packet/protocol.ts';
import { readHost } from '../../shared/address-values.ts';
import type { MarkAndMask } from '../../shared/marks.ts';
import { hex } from '../../shared/numbers.ts';
import { readResolvedPort } from '../../shared/ports.ts';
import type { TargetModule } from '../extension/extension.ts';
import { findOption, markValue, refuse, requireOption, valueOf } from '../extension/option-values.ts';

/** Hands the packet to a local socket as it is (net/netfilter/xt_TPROXY.c). */
export interface TproxyTarget {
  readonly kind: 'TPROXY';
  readonly port: Port;
  /** The unspecified address: that of the incoming device. */
  readonly address: Address;
  readonly mark: MarkAndMask;
}

export const tproxy: TargetModule<'TPROXY', TproxyTarget> = {
  name: 'TPROXY',
  notModelledFor: 'sockets that were not given',
  ends: true,
  options: {
    '--on-port': { values: 1, invertible: false },
    '--on-ip': { values: 1, invertible: false },
    '--tproxy-mark': { values: 1, invertible: false },
  },
  placement: () => ({ tables: ['mangle'], hooks: ['PREROUTING'], protocols: [PROTOCOL.tcp, PROTOCOL.udp] }),

  parse(options, scope) {
    const port = requireOption(options, '--on-port', scope, 'PORT');
    const address = findOption(options, '--on-ip');
    const mark = findOption(options, '--tproxy-mark');
    return {
      kind: 'TPROXY',
      port: readResolvedPort(valueOf(port)) ?? refuse(port, 'a port'),
      address:
        address === undefined
          ? anyAddress(scope.family)
          : (readHost(scope.family, valueOf(address)) ?? refuse(address, `an ${scope.family} address`)),
      mark: mark === undefined ? { value: 0, mask: 0 } : markValue(mark),
    };
  },

  print: ({ port, address, mark }) =>
    `--on-port ${port} --on-ip ${address} --tproxy-mark ${hex(mark.value)}/${hex(mark.mask)}`,

  apply: ({ port, address, mark }, { family }) => ({
    kind: 'transparent-proxy',
    ...(address === anyAddress(family) ? {} : { address }),
    port,
    mark,
  }),

  describe: ({ port }) => `hand it unchanged to the local socket on port ${port}`,
};
