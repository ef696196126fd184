import { PROTOCOL } from '../../../packet/protocol.ts';
import { goOn } from '../../shared/outcome.ts';
import type { TargetModule } from '../extension/extension.ts';
import { numberValue, requireOneOption } from '../extension/option-values.ts';

/** Lowers the segment size that a TCP SYN announces (net/netfilter/xt_TCPMSS.c). */
export interface TcpmssTarget {
  readonly kind: 'TCPMSS';
  readonly bytes: number | 'clamp-to-path';
}

/** What fits into 65535 bytes behind the IP and TCP headers (libxt_TCPMSS.c: 65535 less 20 or 40). */
const BYTES_MAX = { ipv4: 65515, ipv6: 65495 } as const;

export const tcpmss: TargetModule<'TCPMSS', TcpmssTarget> = {
  name: 'TCPMSS',
  options: {
    '--set-mss': { values: 1, invertible: false },
    '--clamp-mss-to-pmtu': { values: 0, invertible: false },
  },
  placement: ({ bytes }) => ({
    ...(bytes === 'clamp-to-path' ? { hooks: ['FORWARD', 'OUTPUT', 'POSTROUTING'] as const } : {}),
    protocols: [PROTOCOL.tcp],
    synOnly: true,
  }),

  parse(options, scope) {
    const option = requireOneOption(options, ['--set-mss', '--clamp-mss-to-pmtu'], scope);
    return {
      kind: 'TCPMSS',
      bytes:
        option.name === '--set-mss' ? numberValue(option, { min: 0, max: BYTES_MAX[scope.family] }) : 'clamp-to-path',
    };
  },

  print: ({ bytes }) => (bytes === 'clamp-to-path' ? '--clamp-mss-to-pmtu' : `--set-mss ${bytes}`),
  apply: ({ bytes }) => goOn({ kind: 'set-maximum-segment-size', bytes, whereMissing: 'put-in' }),
  describe: ({ bytes }) =>
    `lower the segment size that it announces to ${bytes === 'clamp-to-path' ? 'what the path takes' : `${bytes} bytes`}`,
};
