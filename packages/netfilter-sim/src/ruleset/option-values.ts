import { InputError } from '../error.ts';
import type { Port } from '../packet/port.ts';
import { SERVICE_PORTS } from './service-names.ts';
import type { RuleScope, WrittenOption } from './extension.ts';

/** Both ends belong to it. */
export interface Interval {
  readonly min: number;
  readonly max: number;
}

export interface MarkAndMask {
  readonly value: number;
  readonly mask: number;
}

export const UINT32_MAX = 0xffff_ffff;

export const findOption = (options: readonly WrittenOption[], name: string): WrittenOption | undefined =>
  options.find((option) => option.name === name);

export const hasOption = (options: readonly WrittenOption[], name: string): boolean =>
  findOption(options, name) !== undefined;

/** @throws InputError at the extension where the option is missing. */
export const requireOption = (
  options: readonly WrittenOption[],
  name: string,
  scope: RuleScope,
  value: string,
): WrittenOption => {
  const option = findOption(options, name);
  if (option === undefined) {
    throw new InputError(scope.position, `${name} is missing`, `add ${name}${value === '' ? '' : ` ${value}`}`);
  }
  return option;
};

/** @throws InputError where none or several of the options are given. */
export const requireOneOption = (
  options: readonly WrittenOption[],
  names: readonly string[],
  scope: RuleScope,
): WrittenOption => {
  const [first, second] = options.filter((option) => names.includes(option.name));
  if (first === undefined) {
    throw new InputError(scope.position, `one of ${names.join(', ')} is missing`, 'add one of them');
  }
  if (second !== undefined) {
    throw new InputError(second.position, `${first.name} and ${second.name} exclude each other`, 'keep one of them');
  }
  return first;
};

/** @throws InputError where options stand together that may not. */
export const excludeTogether = (options: readonly WrittenOption[], names: readonly string[]): void => {
  const [first, second] = options.filter((option) => names.includes(option.name));
  if (first !== undefined && second !== undefined && first.name !== second.name) {
    throw new InputError(second.position, `${first.name} and ${second.name} exclude each other`, 'keep one of them');
  }
};

export const valueOf = (option: WrittenOption, index = 0): string => option.values[index] ?? '';

/** Refuses the value of an option. `expected` completes "expected …". */
export const refuse = (option: WrittenOption, expected: string, index = 0): never => {
  throw new InputError(
    option.position,
    `bad value "${valueOf(option, index)}" for ${option.name}`,
    `expected ${expected}`,
  );
};

/** A number as C's strtoul reads it with base 0: decimal, `0x` hexadecimal, `0` octal. */
export const readNumber = (text: string): bigint | undefined => {
  if (/^0x[\da-f]+$/i.test(text) || /^(?:0|[1-9]\d*)$/.test(text)) return BigInt(text);
  if (/^0[0-7]+$/.test(text)) return BigInt(`0o${text.slice(1)}`);
  return undefined;
};

export const readBounded = (text: string, { min, max }: Interval): number | undefined => {
  const number = readNumber(text);
  return number === undefined || number < BigInt(min) || number > BigInt(max) ? undefined : Number(number);
};

export const numberValue = (option: WrittenOption, within: Interval): number =>
  readBounded(valueOf(option), within) ?? refuse(option, `a number from ${within.min} to ${within.max}`);

export const readInterval = (text: string, within: Interval, separator = ':'): Interval | undefined => {
  const [low = '', high, ...rest] = text.split(separator);
  if (rest.length > 0) return undefined;
  const min = low === '' && high !== undefined ? within.min : readBounded(low, within);
  if (high === undefined) return min === undefined ? undefined : { min, max: min };
  const max = high === '' ? within.max : readBounded(high, within);
  return min === undefined || max === undefined ? undefined : { min, max };
};

/** `N`, `N:M`, `:M` or `N:`. N above M is allowed, and holds for nothing. */
export const intervalValue = (option: WrittenOption, within: Interval): Interval =>
  readInterval(valueOf(option), within) ??
  refuse(option, `a number or a range N:M from ${within.min} to ${within.max}`);

export const printInterval = ({ min, max }: Interval, separator = ':'): string =>
  min === max ? `${min}` : `${min}${separator}${max}`;

const ALL_PORTS: Interval = { min: 0, max: 65535 };

/** A port as a number or as a service's name. */
export const readPort = (text: string): Port | undefined =>
  (readBounded(text, ALL_PORTS) ?? SERVICE_PORTS.get(text.toLowerCase())) as Port | undefined;

/** `53`, `domain`, `1000:2000`, `:1023` or `1024:`; low above high is allowed here. */
export const readPortInterval = (text: string): Interval | undefined => {
  const [low = '', high, ...rest] = text.split(':');
  if (rest.length > 0) return undefined;
  const min = low === '' && high !== undefined ? 0 : readPort(low);
  const max = high === undefined ? min : high === '' ? 65535 : readPort(high);
  return min === undefined || max === undefined ? undefined : { min, max };
};

export const portsValue = (option: WrittenOption): Interval =>
  readPortInterval(valueOf(option)) ?? refuse(option, 'a port, a service name or a range LOW:HIGH');

/** `VALUE` or `VALUE/MASK`, 32 bits each. */
export const markValue = (option: WrittenOption): MarkAndMask => {
  const [value = '', mask, ...rest] = valueOf(option).split('/');
  const within = { min: 0, max: UINT32_MAX };
  const number = readBounded(value, within);
  const bits = mask === undefined ? UINT32_MAX : readBounded(mask, within);
  return number === undefined || bits === undefined || rest.length > 0
    ? refuse(option, 'VALUE or VALUE/MASK, each of 32 bits')
    : { value: number, mask: bits };
};

export const hex = (value: number): string => `0x${value.toString(16)}`;

export const printMark = ({ value, mask }: MarkAndMask): string =>
  mask === UINT32_MAX ? hex(value) : `${hex(value)}/${hex(mask)}`;

/** The first of the names that begins with the text, whatever its case, as strncasecmp finds it. */
export const nameThatBegins = <Name extends string>(names: readonly Name[], text: string): Name | undefined =>
  text === '' ? undefined : names.find((name) => name.toLowerCase().startsWith(text.toLowerCase()));

/** A comma list of names (or of their beginnings), in the order of `names`. */
export const namesValue = <Name extends string>(option: WrittenOption, names: readonly Name[]): readonly Name[] => {
  const found = new Set(
    valueOf(option)
      .split(',')
      .map((text) => nameThatBegins(names, text) ?? refuse(option, `a comma list of ${names.join(', ')}`)),
  );
  return names.filter((name) => found.has(name));
};

export const not = (inverted: boolean): '' | '! ' => (inverted ? '! ' : '');

/** "is" or "is not", for descriptions. */
export const is = (inverted: boolean): string => (inverted ? 'is not' : 'is');
