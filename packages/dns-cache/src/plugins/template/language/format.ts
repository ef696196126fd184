import { utf8Octets } from '../../../message/character-string.ts';
import { toHex } from '../../../message/octets.ts';
import type { Value } from './value.ts';
import { typeText, valueText } from './value.ts';

/* Go's fmt.Sprintf, as far as text, numbers and truth go. */

interface Flags {
  readonly minus: boolean;
  readonly plus: boolean;
  readonly sharp: boolean;
  readonly space: boolean;
  readonly zero: boolean;
  readonly width: number;
  readonly precision: number | undefined;
}

const RADIX: Readonly<Record<string, readonly [radix: number, prefix: string]>> = {
  d: [10, ''], b: [2, '0b'], o: [8, '0'], O: [8, '0o'], x: [16, '0x'], X: [16, '0X'],
};

const integerText = (value: bigint, verb: string, flags: Flags): string | undefined => {
  const [radix, prefix] = RADIX[verb] ?? [0, ''];
  if (radix === 0) return undefined;
  const sign = value < 0n ? '-' : flags.plus ? '+' : flags.space ? ' ' : '';
  const digits = (value < 0n ? -value : value).toString(radix).padStart(flags.precision ?? 0, '0');
  const before = `${sign}${flags.sharp || verb === 'O' ? prefix : ''}`;
  const padded = flags.zero && !flags.minus ? digits.padStart(flags.width - before.length, '0') : digits;
  return `${before}${verb === 'X' ? padded.toUpperCase() : padded}`;
};

const floatText = (value: number, verb: string, { precision = 6, plus }: Flags): string | undefined => {
  const sign = plus && value >= 0 ? '+' : '';
  if (verb === 'f' || verb === 'F') return sign + value.toFixed(precision);
  if (verb === 'e') return sign + value.toExponential(precision).replace(/e([+-])(\d)$/, 'e$10$2');
  return verb === 'g' ? sign + (valueText(value) ?? '') : undefined;
};

const textText = (value: string, verb: string, { precision }: Flags): string | undefined => {
  switch (verb) {
    case 's':
      return precision === undefined ? value : Array.from(value).slice(0, precision).join('');
    case 'q':
      return JSON.stringify(value);
    case 'x':
      return toHex(utf8Octets(value));
    case 'X':
      return toHex(utf8Octets(value)).toUpperCase();
    default:
      return undefined;
  }
};

const characterText = (value: bigint, verb: string): string | undefined => {
  const character = value >= 0n && value <= 0x10ffffn ? String.fromCodePoint(Number(value)) : '\uFFFD';
  if (verb === 'c') return character;
  if (verb === 'q') return `'${character}'`;
  return verb === 'U' ? `U+${value.toString(16).toUpperCase().padStart(4, '0')}` : undefined;
};

/** `undefined` where the verb is not for such a value. */
const verbText = (value: Value, verb: string, flags: Flags): string | undefined => {
  if (verb === 'v') return typeof value === 'bigint' ? integerText(value, 'd', flags) : valueText(value);
  if (verb === 'T') return typeText(value);
  if (typeof value === 'string') return textText(value, verb, flags);
  if (typeof value === 'bigint') return integerText(value, verb, flags) ?? characterText(value, verb);
  if (typeof value === 'number') return floatText(value, verb, flags);
  if (typeof value === 'boolean') return verb === 't' ? String(value) : undefined;
  return verb === 's' ? valueText(value) : undefined;
};

const pad = (text: string, { width, minus, zero }: Flags): string => {
  const length = Array.from(text).length;
  const filling = (zero && !minus ? '0' : ' ').repeat(Math.max(0, width - length));
  return minus ? text + filling : filling + text;
};

const DIRECTIVE = /%([-+# 0]*)(\d+)?(?:\.(\d*))?(.?)/gsu;

/** Nobody needs wider fields than a message is long. */
const WIDTH_MAX = 0xffff;

const readFlags = (marks: string, width: string | undefined, precision: string | undefined): Flags => ({
  minus: marks.includes('-'),
  plus: marks.includes('+'),
  sharp: marks.includes('#'),
  space: marks.includes(' '),
  zero: marks.includes('0'),
  width: Math.min(Number(width ?? 0), WIDTH_MAX),
  precision: precision === undefined ? undefined : Math.min(Number(precision), 100),
});

const badVerb = (verb: string, value: Value): string =>
  value === undefined ? `%!${verb}(<nil>)` : `%!${verb}(${typeText(value)}=${valueText(value) ?? ''})`;

export const formatText = (format: string, given: readonly Value[]): string => {
  let used = 0;
  const text = format.replace(DIRECTIVE, (_, marks: string, width?: string, precision?: string, verb = '') => {
    if (verb === '%') return '%';
    if (verb === '') return '%!(NOVERB)';
    if (used >= given.length) return `%!${verb}(MISSING)`;
    const value = given[used];
    used += 1;
    const flags = readFlags(marks, width, precision);
    const found = verbText(value, verb, flags);
    return found === undefined ? badVerb(verb, value) : pad(found, flags);
  });
  const extra = given.slice(used).map((value) => (value === undefined ? '<nil>' : `${typeText(value)}=${valueText(value) ?? ''}`));
  return extra.length === 0 ? text : `${text}%!(EXTRA ${extra.join(', ')})`;
};

/** fmt.Sprint: a space between two values of which neither is text. */
export const printText = (given: readonly Value[]): string =>
  given
    .map((value, index) => {
      const spaced = index > 0 && typeof value !== 'string' && typeof given[index - 1] !== 'string';
      return `${spaced ? ' ' : ''}${valueText(value) ?? ''}`;
    })
    .join('');
