import { InputError } from '../../../error.ts';
import { notModelled } from '../../shared/not-modelled.ts';
import { readBounded, UINT32_MAX } from '../../shared/numbers.ts';
import { truncateUtf8 } from '../../shared/text.ts';
import type { MatchModule, OptionShape, RuleScope, WrittenOption } from '../extension/extension.ts';
import { findOption, hasOption, not, refuse, valueOf } from '../extension/option-values.ts';

const COMPARISONS = { '--rateest-lt': 'lt', '--rateest-gt': 'gt', '--rateest-eq': 'eq' } as const;

interface Rates {
  readonly first: number;
  readonly second: number;
}

/** Compares what `-j RATEEST` estimates with a rate or with another estimate (net/netfilter/xt_rateest.c). */
export interface RateestMatch {
  readonly kind: 'rateest';
  readonly estimator: string;
  /** Absent: the rates below are compared with. */
  readonly other?: string;
  /** Octets a second. `first` counts only where differences are compared. */
  readonly bytes?: Rates;
  readonly packets?: Rates;
  readonly delta: boolean;
  readonly comparison: 'lt' | 'gt' | 'eq';
  readonly inverted: boolean;
}

const NOT_MODELLED = 'the rates that RATEEST estimates';
/** IFNAMSIZ without its NUL: what is longer is cut off. */
const NAME_BYTES_MAX = 15;

/** Bits a second for each suffix (libxt_rateest.c, 1.8.9). */
const SUFFIXES: Readonly<Record<string, number>> = {
  bit: 1,
  kibit: 1024,
  kbit: 1000,
  mibit: 1024 ** 2,
  mbit: 1e6,
  gibit: 1024 ** 3,
  gbit: 1e9,
  tibit: 1024 ** 4,
  tbit: 1e12,
  bps: 8,
  kibps: 8 * 1024,
  kbps: 8e3,
  mibps: 8 * 1024 ** 2,
  mbps: 8e6,
  gibps: 8 * 1024 ** 3,
  gbps: 8e9,
  tibps: 8 * 1024 ** 4,
  tbps: 8e12,
};

/** `100kbit`, `1.5MBps` as octets a second, of which 32 bits are kept; without a suffix it is bits. */
const readBytes = (option: WrittenOption): number => {
  const [, number, suffix = ''] =
    /^\s*\+?(0x[\da-f]+|\d+\.?\d*(?:e[-+]?\d+)?|\.\d+)([a-z]*)$/i.exec(valueOf(option)) ?? [];
  const scale = suffix === '' ? 1 : SUFFIXES[suffix.toLowerCase()];
  const bytes = number === undefined || scale === undefined ? NaN : Math.trunc((Number(number) * scale) / 8);
  return bytes < 2 ** 63
    ? Number(BigInt.asUintN(32, BigInt(bytes)))
    : refuse(option, 'a rate such as 100kbit or 1MBps');
};

const readPackets = (option: WrittenOption): number =>
  readBounded(valueOf(option), { min: 0, max: UINT32_MAX }) ?? refuse(option, 'packets a second');

/** Both rates of a unit; one that has no value is 0. */
const readRates = (
  options: readonly WrittenOption[],
  unit: 'bps' | 'pps',
  read: (option: WrittenOption) => number,
): Rates | undefined => {
  const [first, second] = [findOption(options, `--rateest-${unit}1`), findOption(options, `--rateest-${unit}2`)];
  if (first === undefined && second === undefined) return undefined;
  const rate = (option: WrittenOption | undefined): number =>
    option === undefined || option.values.length === 0 ? 0 : read(option);
  return { first: rate(first), second: rate(second) };
};

const readComparison = (options: readonly WrittenOption[], scope: RuleScope): Pick<RateestMatch, 'comparison' | 'inverted'> => {
  const written = options.filter(({ name }) => Object.hasOwn(COMPARISONS, name));
  const last = written.at(-1);
  if (last === undefined) {
    const mend = 'add --rateest-lt, --rateest-gt or --rateest-eq';
    throw new InputError(scope.position, 'match "rateest" has nothing to compare by', mend);
  }
  // The last one counts; a ! before any of them stays.
  return {
    comparison: COMPARISONS[last.name as keyof typeof COMPARISONS],
    inverted: written.some(({ inverted }) => inverted),
  };
};

const printBytes = (bytes: number): string => {
  const bits = bytes * 8;
  if (bits >= 1e9) return `${roundHalfEven(bits / 1e6)}Mbit`;
  return bits >= 1e6 ? `${roundHalfEven(bits / 1e3)}Kbit` : `${bits}bit`;
};

/** What printf's %.0f does. */
const roundHalfEven = (value: number): number => {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
};

const name = { values: 1, invertible: false } as const;
const flag = { values: 0, invertible: false } as const;
const compare = { values: 0, invertible: true } as const;
const rate: OptionShape = { values: 1, optional: true, invertible: false };

export const rateest: MatchModule<'rateest', RateestMatch> = {
  name: 'rateest',
  notModelled: NOT_MODELLED,
  options: {
    '--rateest1': { ...name, aliases: ['--rateest'] },
    '--rateest2': name,
    '--rateest-bps1': rate,
    '--rateest-pps1': rate,
    '--rateest-bps2': { ...rate, aliases: ['--rateest-bps'] },
    '--rateest-pps2': { ...rate, aliases: ['--rateest-pps'] },
    '--rateest-delta': flag,
    '--rateest-lt': compare,
    '--rateest-gt': compare,
    '--rateest-eq': compare,
  },

  parse(options, scope) {
    const [estimator, other] = [findOption(options, '--rateest1'), findOption(options, '--rateest2')];
    if (estimator === undefined) {
      throw new InputError(scope.position, 'match "rateest" names no estimator', 'add --rateest NAME');
    }
    const bytes = readRates(options, 'bps', readBytes);
    const packets = readRates(options, 'pps', readPackets);
    if (bytes === undefined && packets === undefined) {
      throw new InputError(scope.position, 'match "rateest" compares nothing', 'add --rateest-bps or --rateest-pps');
    }
    return {
      kind: 'rateest',
      estimator: truncateUtf8(valueOf(estimator), NAME_BYTES_MAX),
      ...(other === undefined ? {} : { other: truncateUtf8(valueOf(other), NAME_BYTES_MAX) }),
      ...(bytes === undefined ? {} : { bytes }),
      ...(packets === undefined ? {} : { packets }),
      delta: hasOption(options, '--rateest-delta'),
      ...readComparison(options, scope),
    };
  },

  print(match) {
    const { estimator, other, bytes, packets, delta, comparison, inverted } = match;
    const unit = (name: string, rates: Rates | undefined, print: (rate: number) => string): readonly string[] => {
      if (rates === undefined) return [];
      const first = delta ? [`--rateest-${name}1 ${print(rates.first)}`] : [];
      const second = other !== undefined && !delta ? '' : ` ${print(rates.second)}`;
      return [...first, `${not(inverted)}--rateest-${comparison}`, `--rateest-${name}${delta ? '2' : ''}${second}`];
    };
    return [
      ...(delta ? ['--rateest-delta'] : []),
      other === undefined ? `--rateest ${estimator}` : `--rateest1 ${estimator}`,
      ...unit('bps', bytes, printBytes),
      ...unit('pps', packets, String),
      ...(other === undefined ? [] : [`--rateest2 ${other}`]),
    ].join(' ');
  },

  evaluate: () => notModelled(NOT_MODELLED),

  describe: ({ estimator, other, comparison, inverted }) =>
    `the rate that ${estimator} estimates is ${inverted ? 'not ' : ''}` +
    `${{ lt: 'below', gt: 'above', eq: 'equal to' }[comparison]} ${other === undefined ? 'what is given' : `that of ${other}`}`,
};
