import { readBounded, UINT32_MAX } from '../../shared/numbers.ts';
import type { WrittenOption } from '../extension/extension.ts';
import { findOption, not, numberValue, refuse, valueOf } from '../extension/option-values.ts';

/** What `hbh` and `dst` ask of an IPv6 options header. */
export interface OptionsHeaderTest {
  readonly length?: { readonly bytes: number; readonly inverted: boolean };
  readonly options: readonly { readonly type: number; readonly length?: number }[];
}

/** IP6T_OPTS_OPTSNR. */
const OPTIONS_MAX = 16;

/** `TYPE[:LENGTH],…`. */
const readOptions = (option: WrittenOption | undefined): OptionsHeaderTest['options'] => {
  if (option === undefined) return [];
  const listed = valueOf(option).split(',');
  if (listed.length > OPTIONS_MAX) refuse(option, `at most ${OPTIONS_MAX} options`);
  return listed.map((text) => {
    const [typeText = '', lengthText] = text.split(':');
    const type =
      readBounded(typeText, { min: 0, max: 255 }) ?? refuse(option, 'TYPE or TYPE:LENGTH, with commas between');
    const length = lengthText === undefined ? undefined : readBounded(lengthText, { min: 0, max: 255 });
    if (lengthText !== undefined && length === undefined) refuse(option, 'a length from 0 to 255 behind the colon');
    return length === undefined ? { type } : { type, length };
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
