import { PROTOCOL } from '../../../packet/protocol.ts';
import { readBounded } from '../../shared/numbers.ts';
import { goOn } from '../../shared/outcome.ts';
import type { TargetModule } from '../extension/extension.ts';
import { findOption, refuse, valueOf } from '../extension/option-values.ts';

/** Blanks options of a TCP header (net/netfilter/xt_TCPOPTSTRIP.c). */
export interface TcpoptstripTarget {
  readonly kind: 'TCPOPTSTRIP';
  /** Option numbers, ascending. */
  readonly options: readonly number[];
}

/** Names of libxt_TCPOPTSTRIP.c, iptables 1.8.9. */
const NAMES: Readonly<Record<string, number>> = {
  wscale: 3,
  mss: 2,
  'sack-permitted': 4,
  sack: 5,
  timestamp: 8,
  md5: 19,
};

export const tcpoptstrip: TargetModule<'TCPOPTSTRIP', TcpoptstripTarget> = {
  name: 'TCPOPTSTRIP',
  options: { '--strip-options': { values: 1, invertible: false } },
  placement: () => ({ tables: ['mangle'], protocols: [PROTOCOL.tcp] }),

  parse(options) {
    const option = findOption(options, '--strip-options');
    if (option === undefined) return { kind: 'TCPOPTSTRIP', options: [] };
    const numbers = valueOf(option)
      .split(',')
      .map(
        (text) =>
          readBounded(text, { min: 2, max: 255 }) ??
          (Object.hasOwn(NAMES, text) ? NAMES[text] : undefined) ??
          refuse(option, `a comma list of numbers or ${Object.keys(NAMES).join(', ')}`),
      );
    return { kind: 'TCPOPTSTRIP', options: [...new Set(numbers)].sort((a, b) => a - b) };
  },

  print: ({ options }) => (options.length === 0 ? '' : `--strip-options ${options.join(',')}`),
  apply: ({ options }) => goOn({ kind: 'blank-tcp-options', numbers: options }),
  describe: ({ options }) => `blank its TCP options ${options.join(', ')}`,
};
