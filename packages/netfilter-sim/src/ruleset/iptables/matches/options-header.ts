import { readNumber, UINT32_MAX } from '../../shared/numbers.ts';
import type { WrittenOption } from '../extension/extension.ts';
import { findOption, not, numberValue, refuse, valueOf } from '../extension/option-values.ts';

/** What `hbh` and `dst` ask of an IPv6 options header. */
export interface OptionsHeaderTest {
  readonly length?: { readonly bytes: number; readonly inverted: boolean };
  readonly options: readonly { readonly type: number; readonly length?: number }[];
}

/** IP6T_OPTS_OPTSNR. */
const OPTIONS_MAX = 16;

/** RFC 8200 §4.2: the only option that has no length. */
const PAD1 = 0;
/** What stands for no length (libip6t_hbh.c, 1.8.9). */
const ANY_LENGTH = 0xff;

/** `TYPE[:LENGTH],…`; of each number one octet is kept. */
const readOptions = (option: WrittenOption | undefined): OptionsHeaderTest['options'] => {
  if (option === undefined) return [];
  const listed = valueOf(option).split(',');
  if (listed.length > OPTIONS_MAX) refuse(option, `at most ${OPTIONS_MAX} options`);
  return listed.map((text) => {
    const [typeText = '', lengthText, ...more] = text.split(':');
    const octet = (written: string): number => {
      const number = more.length > 0 ? undefined : readNumber(written);
      return number === undefined ? refuse(option, 'TYPE or TYPE:LENGTH, with commas between') : Number(BigInt.asUintN(8, number));
    };
    const type = octet(typeText);
    if (type === PAD1 && lengthText !== undefined) refuse(option, 'no length behind type 0, which is padding of one octet');
    const length = lengthText === undefined ? ANY_LENGTH : octet(lengthText);
    return length === ANY_LENGTH ? { type } : { type, length };
  });
};

export const readOptionsHeader = (options: readonly WrittenOption[], prefix: string): OptionsHeaderTest => {
  const length = findOption(options, `${prefix}-len`);
  return {
    ...(length === undefined
      ? {}
      : { length: { bytes: numberValue(length, { min: 0, max: UINT32_MAX }), inverted: length.inverted } }),
    options: readOptions(findOption(options, `${prefix}-opts`)),
  };
};

export const printOptionsHeader = (prefix: string, { length, options }: OptionsHeaderTest): string =>
  [
    ...(length === undefined ? [] : [`${not(length.inverted)}${prefix}-len ${length.bytes}`]),
    ...(options.length === 0
      ? []
      : [
          `${prefix}-opts ${options.map(({ type, length }) => (length === undefined ? type : `${type}:${length}`)).join(',')}`,
        ]),
  ].join(' ');
