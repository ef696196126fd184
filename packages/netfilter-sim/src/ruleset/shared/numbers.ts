/** Both ends belong to it. */
export interface Interval {
  readonly min: number;
  readonly max: number;
}

export const UINT32_MAX = 0xffff_ffff;

/** A number as C's strtoul reads it with base 0: decimal, `0x` hexadecimal, `0` octal. */
export const readNumber = (text: string): bigint | undefined => {
  if (/^0x[\da-f]+$/i.test(text) || /^(?:0|[1-9]\d*)$/.test(text)) return BigInt(text);
  if (/^0[0-7]+$/.test(text)) return BigInt(`0o${text.slice(1)}`);
  return undefined;
};

/** The number that a text begins with, as strtoul finds it with base 0, and what stands behind it. */
export const readLeadingNumber = (text: string): { readonly value: bigint; readonly rest: string } | undefined => {
  const [whole, digits] = /^\s*\+?(0x[\da-f]+|0[0-7]*|[1-9]\d*)/i.exec(text) ?? [];
  const value = digits === undefined ? undefined : readNumber(digits.replace(/^0+(?=0$)/, ''));
  return whole === undefined || value === undefined ? undefined : { value, rest: text.slice(whole.length) };
};

export const readBounded = (text: string, { min, max }: Interval): number | undefined => {
  const number = readNumber(text);
  return number === undefined || number < BigInt(min) || number > BigInt(max) ? undefined : Number(number);
};

export const readInterval = (text: string, within: Interval, separator = ':'): Interval | undefined => {
  const [low = '', high, ...rest] = text.split(separator);
  if (rest.length > 0) return undefined;
  const min = low === '' && high !== undefined ? within.min : readBounded(low, within);
  if (high === undefined) return min === undefined ? undefined : { min, max: min };
  const max = high === '' ? within.max : readBounded(high, within);
  return min === undefined || max === undefined ? undefined : { min, max };
};

export const printInterval = ({ min, max }: Interval, separator = ':'): string =>
  min === max ? `${min}` : `${min}${separator}${max}`;

export const hex = (value: number): string => `0x${value.toString(16)}`;
