import { InputError } from '../../../error.ts';
import { addressWidth } from '../../../packet/address.ts';
import { notModelled } from '../../shared/not-modelled.ts';
import { UINT32_MAX } from '../../shared/numbers.ts';
import type { RuleScope, TargetModule, WrittenOption } from '../extension/extension.ts';
import { findOption, numberValue, refuse, requireOption, valueOf } from '../extension/option-values.ts';

/** The mark from a hash of the packet's addresses and ports (net/netfilter/xt_HMARK.c). */
export interface HmarkTarget {
  readonly kind: 'HMARK';
  /** What goes into the hash, as it is printed. */
  readonly fields: readonly { readonly option: string; readonly value: string }[];
  readonly seed: number;
  readonly modulus: number;
  readonly offset: number;
  /** Addresses of the connection count, not those of the packet. */
  readonly byConnection: boolean;
}

const NOT_MODELLED = 'the hash that HMARK makes a mark of';

const one = { values: 1, invertible: false } as const;

/** Fields in the order in which they are printed; a tuple's word stands for the whole field. */
const FIELDS = [
  { option: '--hmark-src-prefix', word: 'src', digits: 0 },
  { option: '--hmark-dst-prefix', word: 'dst', digits: 0 },
  { option: '--hmark-sport-mask', word: 'sport', digits: 4 },
  { option: '--hmark-dport-mask', word: 'dport', digits: 4 },
  { option: '--hmark-spi-mask', word: 'spi', digits: 8 },
  { option: '--hmark-sport', word: '', digits: 4 },
  { option: '--hmark-dport', word: '', digits: 4 },
  { option: '--hmark-spi', word: '', digits: 8 },
  { option: '--hmark-proto-mask', word: '', digits: 2 },
] as const;

const printField = (value: number, digits: number): string =>
  digits === 0 ? `${value}` : `0x${value.toString(16).padStart(digits, '0')}`;

const readFields = (
  options: readonly WrittenOption[],
  tuple: readonly string[],
  scope: RuleScope,
): HmarkTarget['fields'] =>
  FIELDS.flatMap(({ option: name, word, digits }) => {
    const max = digits === 0 ? addressWidth(scope.family) : 16 ** digits - 1;
    const option = findOption(options, name);
    if (option !== undefined) {
      return [{ option: name, value: printField(numberValue(option, { min: 0, max }), digits) }];
    }
    return tuple.includes(word) ? [{ option: name, value: printField(max, digits) }] : [];
  });

const TUPLE_WORDS: ReadonlySet<string> = new Set(['src', 'dst', 'sport', 'dport', 'spi', 'ct']);

export const hmark: TargetModule<'HMARK', HmarkTarget> = {
  name: 'HMARK',
  notModelled: NOT_MODELLED,
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
    const tupleOption = findOption(options, '--hmark-tuple');
    const tuple = tupleOption === undefined ? [] : valueOf(tupleOption).split(',');
    if (tupleOption !== undefined && !tuple.every((word) => TUPLE_WORDS.has(word))) {
      refuse(tupleOption, `a comma list of ${[...TUPLE_WORDS].join(', ')}`);
    }
    const fields = readFields(options, tuple, scope);
    if (fields.length === 0) {
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
      ...fields.map(({ option, value }) => `${option} ${value}`),
      `--hmark-rnd ${printField(seed, 8)}`,
      `--hmark-mod ${modulus}`,
      ...(offset === 0 ? [] : [`--hmark-offset ${offset}`]),
      ...(byConnection ? ['--hmark-tuple ct'] : []),
    ].join(' '),
  apply: () => notModelled(NOT_MODELLED),
  describe: ({ modulus, offset }) => `mark it with a hash of what it is, from ${offset} to ${offset + modulus - 1}`,
};
