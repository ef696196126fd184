import { notModelled } from '../../shared/not-modelled.ts';
import { readNumber } from '../../shared/numbers.ts';
import type { MatchModule } from '../extension/extension.ts';
import { is, not, refuse, requireOption, valueOf } from '../extension/option-values.ts';

const DIRECTIONS = ['original', 'reply', 'both'] as const;
const MODES = ['packets', 'bytes', 'avgpkt'] as const;

/** How much a connection has carried (net/netfilter/xt_connbytes.c). */
export interface ConnbytesMatch {
  readonly kind: 'connbytes';
  readonly from: bigint;
  /** Absent: no upper end. */
  readonly to?: bigint;
  readonly direction: (typeof DIRECTIONS)[number];
  readonly mode: (typeof MODES)[number];
  readonly inverted: boolean;
}

const NOT_MODELLED = 'the byte and packet accounting of connections';

export const connbytes: MatchModule<'connbytes', ConnbytesMatch> = {
  name: 'connbytes',
  notModelled: NOT_MODELLED,
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
    const [fromText = '', toText = ''] = valueOf(option).split(':');
    const from = fromText === '' ? 0n : readNumber(fromText);
    const to = toText === '' ? undefined : readNumber(toText);
    const expected = 'FROM, FROM:TO, :TO or FROM:';
    if (from === undefined || (toText !== '' && to === undefined)) return refuse(option, expected);
    if (to !== undefined && to < from) return refuse(option, `${expected}, FROM not above TO`);
    return {
      kind: 'connbytes',
      from,
      ...(to === undefined ? {} : { to }),
      direction:
        DIRECTIONS.find((name) => name === valueOf(directionOption)) ?? refuse(directionOption, DIRECTIONS.join(', ')),
      mode: MODES.find((name) => name === valueOf(modeOption)) ?? refuse(modeOption, MODES.join(', ')),
      inverted: option.inverted,
    };
  },

  print: ({ from, to, direction, mode, inverted }) =>
    `${not(inverted)}--connbytes ${from}${to === undefined ? '' : `:${to}`} --connbytes-mode ${mode} --connbytes-dir ${direction}`,
  evaluate: () => notModelled(NOT_MODELLED),
  describe: ({ from, to, mode, direction, inverted }) =>
    `the ${mode} of its connection (${direction}) ${is(inverted)} from ${from}${to === undefined ? '' : ` to ${to}`}`,
};
