import { carried } from '../../../conntrack/entry/accounting.ts';
import { readNumber } from '../../shared/numbers.ts';
import { answer } from '../../shared/outcome.ts';
import type { MatchModule } from '../extension/extension.ts';
import { is, not, refuse, requireOption, valueOf } from '../extension/option-values.ts';

const DIRECTIONS = ['original', 'reply', 'both'] as const;
const MODES = ['packets', 'bytes', 'avgpkt'] as const;

/** How much a connection has carried (net/netfilter/xt_connbytes.c, 6.12). */
export interface ConnbytesMatch {
  readonly kind: 'connbytes';
  readonly from: bigint;
  /** Absent: no upper end. */
  readonly to?: bigint;
  readonly direction: (typeof DIRECTIONS)[number];
  readonly mode: (typeof MODES)[number];
  readonly inverted: boolean;
}

const UINT64_MAX = 2n ** 64n - 1n;

export const connbytes: MatchModule<'connbytes', ConnbytesMatch> = {
  name: 'connbytes',
  needsConntrack: () => true,
  options: {
    '--connbytes': { values: 1, invertible: true },
    '--connbytes-dir': { values: 1, invertible: false },
    '--connbytes-mode': { values: 1, invertible: false },
  },

  parse(options, scope) {
    const option = requireOption(options, '--connbytes', scope, 'FROM:TO');
    const directionOption = requireOption(options, '--connbytes-dir', scope, 'both');
    const modeOption = requireOption(options, '--connbytes-mode', scope, 'bytes');
    const [fromText = '', toText = '', ...more] = valueOf(option).split(':');
    const from = fromText === '' ? 0n : readNumber(fromText);
    const upper = toText === '' ? UINT64_MAX : readNumber(toText);
    const expected = 'FROM, FROM:TO, :TO or FROM:, numbers of 64 bits';
    if (more.length > 0 || from === undefined || from > UINT64_MAX) return refuse(option, expected);
    if (upper === undefined || upper > UINT64_MAX) return refuse(option, expected);
    const to = upper === UINT64_MAX ? undefined : upper;
    if (to !== undefined && to < from) return refuse(option, `${expected}, FROM not above TO`);
    return {
      kind: 'connbytes',
      from,
      ...(to === undefined ? {} : { to }),
      direction:
        DIRECTIONS.find((name) => name === valueOf(directionOption)) ?? refuse(directionOption, DIRECTIONS.join(', ')),
      mode: MODES.find((name) => name === valueOf(modeOption)) ?? refuse(modeOption, MODES.join(', ')),
      // A range turned round is inverted (connbytes_parse): one of a single number stays as it is.
      inverted: option.inverted && from !== to,
    };
  },

  print: ({ from, to, direction, mode, inverted }) =>
    `${not(inverted)}--connbytes ${from}${to === undefined ? '' : `:${to}`} --connbytes-mode ${mode} --connbytes-dir ${direction}`,

  evaluate({ from, to, direction, mode, inverted }, { conntrack }) {
    // A connection without accounts says no, inverted or not.
    if (conntrack.kind !== 'tracked' || conntrack.entry.accounting === undefined) return 'no-match';
    const found = BigInt(carried(conntrack.entry.accounting, direction, mode));
    return answer((found >= from && (to === undefined || found <= to)) !== inverted);
  },

  describe: ({ from, to, mode, direction, inverted }) =>
    `the ${mode} of its connection (${direction}) ${is(inverted)} from ${from}${to === undefined ? '' : ` to ${to}`}`,
};
