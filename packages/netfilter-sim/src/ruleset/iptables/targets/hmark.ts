import { InputError } from '../../../error.ts';
import { addressWidth } from '../../../packet/address.ts';
import { readPrefixLength } from '../../shared/address-values.ts';
import { UINT32_MAX } from '../../shared/numbers.ts';
import { goOn } from '../../shared/outcome.ts';
import type { RuleScope, TargetModule, WrittenOption } from '../extension/extension.ts';
import { findOption, nameThatBegins, numberValue, refuse, requireOption, valueOf } from '../extension/option-values.ts';
import { hmarkOf } from './hmark-hash.ts';
import type { HmarkInputs } from './hmark-hash.ts';

type FieldOption = (typeof FIELDS)[number]['option'];

/** The mark from a hash of the packet's addresses and ports (net/netfilter/xt_HMARK.c, 6.12). */
export interface HmarkTarget {
  readonly kind: 'HMARK';
  /** What goes into the hash, in the order in which it is printed. */
  readonly fields: readonly { readonly option: FieldOption; readonly value: number }[];
  readonly seed: number;
  readonly modulus: number;
  readonly offset: number;
  /** Addresses of the connection count, not those of the packet. */
  readonly byConnection: boolean;
}

const one = { values: 1, invertible: false } as const;

/** Fields in the order in which they are printed; a tuple's word stands for the whole field. `digits`: hexadecimal. */
const FIELDS = [
  { option: '--hmark-src-prefix', word: 'src', digits: 0, max: 'address-width' },
  { option: '--hmark-dst-prefix', word: 'dst', digits: 0, max: 'address-width' },
  { option: '--hmark-sport-mask', word: 'sport', digits: 4, max: 0xffff },
  { option: '--hmark-dport-mask', word: 'dport', digits: 4, max: 0xffff },
  { option: '--hmark-spi-mask', word: 'spi', digits: 8, max: UINT32_MAX },
  { option: '--hmark-sport', word: '', digits: 4, max: 0xffff },
  { option: '--hmark-dport', word: '', digits: 4, max: 0xffff },
  { option: '--hmark-spi', word: '', digits: 8, max: UINT32_MAX },
  { option: '--hmark-proto-mask', word: 'proto', digits: 2, max: 0xffff },
] as const;

const printNumber = (value: number, digits: number): string =>
  digits === 0 ? `${value}` : `0x${value.toString(16).padStart(digits, '0')}`;

const printField = ({ option, value }: HmarkTarget['fields'][number]): string =>
  `${option} ${printNumber(value, FIELDS.find((field) => field.option === option)?.digits ?? 0)}`;

const readPrefix = (option: WrittenOption, { family }: RuleScope): number =>
  readPrefixLength(family, valueOf(option)) ?? refuse(option, 'a prefix length or a mask');

/** A word of the tuple counts above an option of its own in front of it; behind it that is a second time. */
const readFields = (options: readonly WrittenOption[], tuple: readonly string[], scope: RuleScope): HmarkTarget['fields'] => {
  const values = new Map<FieldOption, number>();
  for (const written of options) {
    for (const { option, word, max: most } of FIELDS) {
      const max = most === 'address-width' ? addressWidth(scope.family) : most;
      if (written.name === option && values.has(option)) refuse(written, 'no field that --hmark-tuple has named already');
      if (written.name === option) values.set(option, most === 'address-width' ? readPrefix(written, scope) : numberValue(written, { min: 0, max }));
      else if (written.name === '--hmark-tuple' && tuple.includes(word)) values.set(option, max);
    }
  }
  return FIELDS.flatMap(({ option }) => {
    const value = values.get(option);
    return value === undefined ? [] : [{ option, value }];
  });
};

/** What is not named is 0, an address's prefix too. */
const inputsOf = ({ fields, seed, modulus, offset }: HmarkTarget): HmarkInputs => {
  const of = (name: FieldOption): number => fields.find(({ option }) => option === name)?.value ?? 0;
  const pair = (sport: FieldOption, dport: FieldOption): number => ((of(sport) << 16) | of(dport)) >>> 0;
  return {
    srcPrefix: of('--hmark-src-prefix'),
    dstPrefix: of('--hmark-dst-prefix'),
    portMask: (pair('--hmark-sport-mask', '--hmark-dport-mask') | of('--hmark-spi-mask')) >>> 0,
    portSet: (pair('--hmark-sport', '--hmark-dport') | of('--hmark-spi')) >>> 0,
    protocolMask: of('--hmark-proto-mask'),
    seed,
    modulus,
    offset,
  };
};

/** In the order in which a beginning is looked for (hmark_parse of libxt_HMARK.c, 1.8.9). */
const TUPLE_WORDS = ['ct', 'src', 'dst', 'sport', 'dport', 'proto', 'spi'] as const;

const readTuple = (option: WrittenOption | undefined): readonly (typeof TUPLE_WORDS)[number][] =>
  option === undefined
    ? []
    : valueOf(option)
        .split(',')
        .map((text) => nameThatBegins(TUPLE_WORDS, text) ?? refuse(option, `a comma list of ${TUPLE_WORDS.join(', ')}`));

/** An SPI takes the place of both ports. */
const checkTogether = (fields: HmarkTarget['fields'], scope: RuleScope): void => {
  const has = (name: FieldOption): boolean => fields.some(({ option }) => option === name);
  const masks = has('--hmark-spi-mask') && (has('--hmark-sport-mask') || has('--hmark-dport-mask'));
  const values = has('--hmark-spi') && (has('--hmark-sport') || has('--hmark-dport'));
  if (masks || values) throw new InputError(scope.position, 'HMARK takes either an SPI or ports', 'keep one of them');
};

export const hmark: TargetModule<'HMARK', HmarkTarget> = {
  name: 'HMARK',
  notModelledFor: 'SPIs, errors of ICMP without the packet that they quote, GRE by connection',
  options: {
    '--hmark-tuple': one,
    '--hmark-src-prefix': one,
    '--hmark-dst-prefix': one,
    '--hmark-sport-mask': one,
    '--hmark-dport-mask': one,
    '--hmark-spi-mask': one,
    '--hmark-sport': one,
    '--hmark-dport': one,
    '--hmark-spi': one,
    '--hmark-proto-mask': one,
    '--hmark-rnd': one,
    '--hmark-mod': one,
    '--hmark-offset': one,
  },

  parse(options, scope) {
    const tuple = readTuple(findOption(options, '--hmark-tuple'));
    const fields = readFields(options, tuple, scope);
    checkTogether(fields, scope);
    if (fields.length === 0 && !tuple.includes('ct')) {
      throw new InputError(scope.position, '--hmark-tuple is missing', 'add --hmark-tuple src,dst');
    }
    const offset = findOption(options, '--hmark-offset');
    const word = { min: 0, max: UINT32_MAX };
    return {
      kind: 'HMARK',
      fields,
      seed: numberValue(requireOption(options, '--hmark-rnd', scope, 'NUMBER'), word),
      modulus: numberValue(requireOption(options, '--hmark-mod', scope, 'NUMBER'), { min: 1, max: UINT32_MAX }),
      offset: offset === undefined ? 0 : numberValue(offset, word),
      byConnection: tuple.includes('ct'),
    };
  },

  print: ({ fields, seed, modulus, offset, byConnection }) =>
    [
      ...fields.map(printField),
      `--hmark-rnd ${printNumber(seed, 8)}`,
      `--hmark-mod ${modulus}`,
      ...(offset === 0 ? [] : [`--hmark-offset ${offset}`]),
      ...(byConnection ? ['--hmark-tuple ct'] : []),
    ].join(' '),

  apply(target, { packet, conntrack }) {
    const by = target.byConnection ? ({ kind: 'connection', conntrack } as const) : ({ kind: 'packet', packet } as const);
    const mark = hmarkOf(inputsOf(target), by);
    if (mark === undefined) return goOn();
    return typeof mark === 'number' ? goOn({ kind: 'set-mark', mark }) : mark;
  },

  describe: ({ modulus, offset }) => `mark it with a hash of what it is, from ${offset} to ${offset + modulus - 1}`,
};
