import { InputError } from '../../../error.ts';
import type { MarkAndMask } from '../../shared/marks.ts';
import { UINT32_MAX, readInterval, readBounded } from '../../shared/numbers.ts';
import type { Interval } from '../../shared/numbers.ts';
import { readPortInterval, readResolvedPort } from '../../shared/ports.ts';
import type { RuleScope, WrittenOption } from './extension.ts';

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

export const numberValue = (option: WrittenOption, within: Interval): number =>
  readBounded(valueOf(option), within) ?? refuse(option, `a number from ${within.min} to ${within.max}`);

/** `N`, `N:M`, `:M` or `N:`. N above M is allowed, and holds for nothing. */
export const intervalValue = (option: WrittenOption, within: Interval): Interval =>
  readInterval(valueOf(option), within) ??
  refuse(option, `a number or a range N:M from ${within.min} to ${within.max}`);

/** `resolver`: as options of the type XTTYPE_PORTRC are read; `number`: as older modules read them. */
export const portsValue = (option: WrittenOption, by: 'number' | 'resolver' = 'resolver'): Interval =>
  readPortInterval(valueOf(option), by === 'number' ? undefined : readResolvedPort) ??
  refuse(option, 'a port, a service name or a range LOW:HIGH');

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

/** Whether a range leaves nothing out: some options are not printed then, even where they are inverted. */
export const isWhole = ({ min, max }: Interval, within: Interval): boolean => min <= within.min && max >= within.max;

export const not = (inverted: boolean): '' | '! ' => (inverted ? '! ' : '');

/** "is" or "is not", for descriptions. */
export const is = (inverted: boolean): string => (inverted ? 'is not' : 'is');
