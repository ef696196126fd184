import { goOn } from '../../shared/outcome.ts';
import { utf8Bytes } from '../../shared/text.ts';
import type { TargetModule, WrittenOption } from '../extension/extension.ts';
import { refuse, requireOption, valueOf } from '../extension/option-values.ts';

/** Estimates a rate from the packets that pass (net/netfilter/xt_RATEEST.c). */
export interface RateestTarget {
  readonly kind: 'RATEEST';
  readonly name: string;
  /** Doublings of the shortest interval, a quarter of a second. */
  readonly intervalLog: number;
  /** Doublings of the interval over which the estimate is averaged. */
  readonly averageLog: number;
}

const QUARTER_SECOND_US = 250_000;
const INTERVAL_LOG_MAX = 5;
const AVERAGE_LOG_MAX = 30;
/** IFNAMSIZ without its NUL. */
const NAME_BYTES_MAX = 15;

/** `250ms`, `0.5s`, `100us` in microseconds; without a unit it is milliseconds. */
const readTime = (option: WrittenOption): number => {
  const found = /^(\d+\.?\d*|\.\d+)(s(?:ecs?)?|ms(?:ecs?)?|us(?:ecs?)?|)$/i.exec(valueOf(option));
  if (found === null) return refuse(option, 'a time such as 250ms, 1s or 100us');
  const unit = (found[2] ?? '').toLowerCase();
  return Math.round(Number(found[1]) * (unit.startsWith('s') ? 1e6 : unit.startsWith('u') ? 1 : 1e3));
};

const intervalUs = (log: number): number => QUARTER_SECOND_US * 2 ** log;

const readInterval = (option: WrittenOption): number => {
  const us = readTime(option);
  for (let log = 0; log <= INTERVAL_LOG_MAX; log += 1) if (us <= intervalUs(log)) return log;
  return refuse(option, 'at most 8s');
};

/** The weight whose time constant comes closest from below (rateest_tg_parse of libxt_RATEEST.c). */
const readAverage = (option: WrittenOption, interval: number): number => {
  const us = readTime(option);
  let log = 1;
  while (log <= AVERAGE_LOG_MAX && interval / -Math.log(1 - 1 / 2 ** log) <= us) log += 1;
  return log === 1 || log > AVERAGE_LOG_MAX ? refuse(option, 'a time well above that of the interval') : log - 1;
};

const printTime = (us: number): string => {
  if (us >= 1e6) return `${(us / 1e6).toFixed(1)}s`;
  return us >= 1000 ? `${(us / 1000).toFixed(1)}ms` : `${us}us`;
};

export const rateest: TargetModule<'RATEEST', RateestTarget> = {
  name: 'RATEEST',
  options: {
    '--rateest-name': { values: 1, invertible: false },
    '--rateest-interval': { values: 1, invertible: false },
    '--rateest-ewmalog': { values: 1, invertible: false },
  },

  parse(options, scope) {
    const name = requireOption(options, '--rateest-name', scope, 'NAME');
    if (valueOf(name) === '' || utf8Bytes(valueOf(name)) > NAME_BYTES_MAX) refuse(name, `1 to ${NAME_BYTES_MAX} bytes`);
    const intervalLog = readInterval(requireOption(options, '--rateest-interval', scope, '1s'));
    const average = requireOption(options, '--rateest-ewmalog', scope, '2s');
    return {
      kind: 'RATEEST',
      name: valueOf(name),
      intervalLog,
      averageLog: readAverage(average, intervalUs(intervalLog)),
    };
  },

  print: ({ name, intervalLog, averageLog }) => {
    const interval = intervalUs(intervalLog);
    return `--rateest-name ${name} --rateest-interval ${printTime(interval)} --rateest-ewmalog ${printTime(interval * 2 ** averageLog)}`;
  },
  apply: () => goOn(),
  describe: ({ name }) => `count it for the rate estimator ${name}`,
};
