import { readBounded } from '../../shared/numbers.ts';
import { goOn } from '../../shared/outcome.ts';
import { truncateUtf8 } from '../../shared/text.ts';
import type { TargetModule } from '../extension/extension.ts';
import { findOption, hasOption, refuse, valueOf } from '../extension/option-values.ts';
import { quote } from '../extension/quote.ts';

/** Names of syslog levels (libxtables of iptables 1.8.9). */
const LEVELS: Readonly<Record<string, number>> = {
  emerg: 0,
  panic: 0,
  alert: 1,
  crit: 2,
  error: 3,
  warning: 4,
  notice: 5,
  info: 6,
  debug: 7,
};

const FLAGS = ['--log-tcp-sequence', '--log-tcp-options', '--log-ip-options', '--log-uid', '--log-macdecode'] as const;

/** A line in the kernel's log (net/netfilter/xt_LOG.c). */
export interface LogTarget {
  readonly kind: 'LOG';
  readonly prefix: string;
  readonly level: number;
  readonly flags: readonly (typeof FLAGS)[number][];
}

/** LOG_DEFAULT_LEVEL of libxt_LOG.c. */
const DEFAULT_LEVEL = 4;
/** `char prefix[30]` of xt_log_info; longer ones are cut, with a warning. */
const PREFIX_BYTES_MAX = 29;

const flag = { values: 0, invertible: false } as const;

export const log: TargetModule<'LOG', LogTarget> = {
  name: 'LOG',
  quiet: true,
  options: {
    '--log-level': { values: 1, invertible: false },
    '--log-prefix': { values: 1, invertible: false },
    '--log-tcp-sequence': flag,
    '--log-tcp-options': flag,
    '--log-ip-options': flag,
    '--log-uid': flag,
    '--log-macdecode': flag,
  },

  parse(options) {
    const level = findOption(options, '--log-level');
    const prefix = findOption(options, '--log-prefix');
    if (prefix !== undefined && valueOf(prefix) === '') refuse(prefix, 'at least one character');
    return {
      kind: 'LOG',
      prefix: prefix === undefined ? '' : truncateUtf8(valueOf(prefix), PREFIX_BYTES_MAX),
      level:
        level === undefined
          ? DEFAULT_LEVEL
          : (readBounded(valueOf(level), { min: 0, max: 7 }) ??
            (Object.hasOwn(LEVELS, valueOf(level)) ? LEVELS[valueOf(level)] : undefined) ??
            refuse(level, `a level from 0 to 7, or ${Object.keys(LEVELS).join(', ')}`)),
      flags: FLAGS.filter((name) => hasOption(options, name)),
    };
  },

  print: ({ prefix, level, flags }) =>
    [
      ...(prefix === '' ? [] : [`--log-prefix ${quote(prefix)}`]),
      ...(level === DEFAULT_LEVEL ? [] : [`--log-level ${level}`]),
      ...flags,
    ].join(' '),

  apply: ({ prefix }) => goOn({ kind: 'log', prefix }),
  describe: ({ prefix }) => (prefix === '' ? 'log it' : `log it as "${prefix.trim()}"`),
};
