import { UINT32_MAX } from '../../shared/numbers.ts';
import { goOn } from '../../shared/outcome.ts';
import { truncateUtf8 } from '../../shared/text.ts';
import type { TargetModule, WrittenOption } from '../extension/extension.ts';
import { excludeTogether, findOption, numberValue, refuse, valueOf } from '../extension/option-values.ts';
import { quote } from '../extension/quote.ts';

/** A copy of the packet for a program that logs (net/netfilter/xt_NFLOG.c). */
export interface NflogTarget {
  readonly kind: 'NFLOG';
  readonly prefix: string;
  readonly group: number;
  readonly copy?: { readonly option: '--nflog-size' | '--nflog-range'; readonly bytes: number };
  readonly threshold: number;
}

/** `char prefix[64]` of xt_nflog_info; longer ones are cut. */
const PREFIX_BYTES_MAX = 63;

const one = { values: 1, invertible: false } as const;

const readCopy = (options: readonly WrittenOption[]): NflogTarget['copy'] => {
  excludeTogether(options, ['--nflog-range', '--nflog-size']);
  for (const name of ['--nflog-size', '--nflog-range'] as const) {
    const option = findOption(options, name);
    if (option !== undefined) return { option: name, bytes: numberValue(option, { min: 0, max: UINT32_MAX }) };
  }
  return undefined;
};

export const nflog: TargetModule<'NFLOG', NflogTarget> = {
  name: 'NFLOG',
  quiet: true,
  options: {
    '--nflog-group': one,
    '--nflog-prefix': one,
    '--nflog-range': one,
    '--nflog-size': one,
    '--nflog-threshold': one,
  },

  parse(options) {
    const [prefix, group] = [findOption(options, '--nflog-prefix'), findOption(options, '--nflog-group')];
    const threshold = findOption(options, '--nflog-threshold');
    const copy = readCopy(options);
    if (prefix !== undefined && valueOf(prefix) === '') refuse(prefix, 'at least one character');
    return {
      kind: 'NFLOG',
      prefix: prefix === undefined ? '' : truncateUtf8(valueOf(prefix), PREFIX_BYTES_MAX),
      group: group === undefined ? 0 : numberValue(group, { min: 0, max: 65535 }),
      ...(copy === undefined ? {} : { copy }),
      threshold: threshold === undefined ? 0 : numberValue(threshold, { min: 0, max: 65535 }),
    };
  },

  print: ({ prefix, group, copy, threshold }) =>
    [
      ...(prefix === '' ? [] : [`--nflog-prefix ${quote(prefix)}`]),
      ...(group === 0 ? [] : [`--nflog-group ${group}`]),
      ...(copy === undefined ? [] : [`${copy.option} ${copy.bytes}`]),
      ...(threshold === 0 ? [] : [`--nflog-threshold ${threshold}`]),
    ].join(' '),

  apply: ({ prefix }) => goOn({ kind: 'log', prefix }),
  describe: ({ prefix, group }) => `log it to the group ${group}${prefix === '' ? '' : ` as "${prefix.trim()}"`}`,
};
