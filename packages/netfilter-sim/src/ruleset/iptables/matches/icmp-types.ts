import { readBounded } from '../../shared/numbers.ts';
import type { Interval } from '../../shared/numbers.ts';
import type { WrittenOption } from '../extension/extension.ts';
import { intervalValue, not, refuse, valueOf } from '../extension/option-values.ts';

/** A type and a range of codes; type `any` is every message. */
export interface IcmpTest {
  readonly type: number | 'any';
  readonly codes: Interval;
  readonly inverted: boolean;
}

export interface IcmpName {
  readonly name: string;
  readonly type: number | 'any';
  readonly codes: Interval;
}

export const ALL_CODES: Interval = { min: 0, max: 255 };

/** A name (its beginning is enough where it is unique), `TYPE` or `TYPE/CODE`. */
export const readIcmpTest = (option: WrittenOption, names: readonly IcmpName[]): IcmpTest => {
  const text = valueOf(option).toLowerCase();
  const exact = names.find(({ name }) => name === text);
  const begun = names.filter(({ name }) => text !== '' && name.startsWith(text));
  if (exact === undefined && begun.length > 1) {
    refuse(option, `a name that begins only one of ${begun.map(({ name }) => name).join(', ')}`);
  }
  const named = exact ?? begun[0];
  if (named !== undefined) return { type: named.type, codes: named.codes, inverted: option.inverted };

  const [typeText = '', codeText, ...more] = text.split('/');
  if (more.length > 0) refuse(option, 'a type by name, TYPE or TYPE/CODE');
  const type = readBounded(typeText, ALL_CODES) ?? refuse(option, 'a type by name, TYPE or TYPE/CODE');
  // 255 is how the kernel spells any type; ICMPv6 has no such word.
  if (type === 255 && names.some((known) => known.type === 'any')) {
    return { type: 'any', codes: ALL_CODES, inverted: option.inverted };
  }
  if (codeText?.endsWith(':') === true) refuse(option, 'a code behind the colon');
  const codes = codeText === undefined ? ALL_CODES : intervalValue({ ...option, values: [codeText] }, ALL_CODES);
  return { type, codes, inverted: option.inverted };
};

/** Only the first code is printed (icmp_save of libipt_icmp.c). */
export const printIcmpTest = (name: string, { type, codes, inverted }: IcmpTest): string => {
  const all = codes.min === 0 && codes.max === 255;
  return `${not(inverted)}${name} ${type}${all || type === 'any' ? '' : `/${codes.min}`}`;
};

export const holdsIcmpTest = (
  test: IcmpTest,
  packet: { readonly icmpType: number; readonly icmpCode: number },
): boolean => {
  const holds =
    test.type === 'any' ||
    (packet.icmpType === test.type && packet.icmpCode >= test.codes.min && packet.icmpCode <= test.codes.max);
  return holds !== test.inverted;
};

export const describeIcmpTest = (test: IcmpTest, names: readonly IcmpName[]): string => {
  const named = names.find(
    ({ type, codes }) => type === test.type && codes.min === test.codes.min && codes.max === test.codes.max,
  );
  const all = test.codes.min === 0 && test.codes.max === 255;
  const what = named?.name ?? `${test.type}${all ? '' : `, code ${test.codes.min}`}`;
  return `the ICMP type ${test.inverted ? 'is not' : 'is'} ${what}`;
};
