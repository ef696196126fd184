import { utf8Octets } from '../../../message/character-string.ts';
import { formatText, printText } from './format.ts';
import type { Value } from './value.ts';
import { isList, isMap, isTrue, lengthOf, typeText, valueText } from './value.ts';

/** Why a function gives nothing. */
interface CallFailure {
  readonly kind: 'failure';
  readonly reason: string;
}

export type CallResult = { readonly kind: 'value'; readonly value: Value } | CallFailure;

/** A function that templates may call, with at least and at most so many arguments. */
export interface TemplateFunction {
  readonly least: number;
  readonly most: number;
  readonly call: (given: readonly Value[]) => CallResult;
}

const gives = (value: Value): CallResult => ({ kind: 'value', value });
const fails = (reason: string): CallResult => ({ kind: 'failure', reason });

const isBasic = (value: Value): value is boolean | bigint | number | string =>
  value !== undefined && typeof value !== 'object';

/** Go's text/template, eq: the first equals any of the others, all of one kind. */
const equal = ([first, ...others]: readonly Value[]): CallResult => {
  for (const other of others) {
    if (first === undefined || other === undefined) {
      if (first === other) return gives(true);
      continue;
    }
    if (!isBasic(first) || !isBasic(other)) return fails('invalid type for comparison');
    if (typeof first !== typeof other) return fails('incompatible types for comparison');
    if (first === other) return gives(true);
  }
  return gives(false);
};

/** -1, 0 or 1; text by its octets, which is by its code points. */
const compare = (one: Value, other: Value): number | CallFailure => {
  const ordered = (typeof one === 'bigint' || typeof one === 'number' || typeof one === 'string') && isBasic(other);
  if (!ordered) return { kind: 'failure', reason: 'invalid type for comparison' };
  if (typeof one !== typeof other) return { kind: 'failure', reason: 'incompatible types for comparison' };
  return one < other ? -1 : one > other ? 1 : 0;
};

const comparison = (holds: (order: number) => boolean): TemplateFunction => ({
  least: 2,
  most: 2,
  call([one, other]) {
    const order = compare(one, other);
    return typeof order === 'number' ? gives(holds(order)) : order;
  },
});

const indexOnce = (container: Value, key: Value): CallResult => {
  if (isMap(container)) {
    if (typeof key !== 'string') return fails(`value has type ${typeText(key)}; should be string`);
    return gives(container.get(key) ?? '');
  }
  if (!isList(container) && typeof container !== 'string') {
    return fails(container === undefined ? 'index of untyped nil' : `can't index item of type ${typeText(container)}`);
  }
  if (typeof key !== 'bigint') return fails(`cannot index slice/array with type ${typeText(key)}`);
  const items: readonly Value[] = isList(container) ? container : [...utf8Octets(container)].map(BigInt);
  if (key < 0n || key >= BigInt(items.length)) return fails(`index out of range: ${key}`);
  return gives(items[Number(key)]);
};

const index = ([container, ...keys]: readonly Value[]): CallResult => {
  let found: CallResult = gives(container);
  for (const key of keys) {
    if (found.kind === 'failure') return found;
    found = indexOnce(found.value, key);
  }
  return found;
};

const slice = ([container, ...bounds]: readonly Value[]): CallResult => {
  const length = lengthOf(container);
  if (length === undefined || isMap(container)) return fails(`can't slice item of type ${typeText(container)}`);
  const [from = 0n, to = BigInt(length)] = bounds;
  if (typeof from !== 'bigint' || typeof to !== 'bigint') return fails('cannot index slice/array with such a type');
  if (from < 0n || to > BigInt(length) || from > to) return fails(`index out of range: ${from > to ? from : to}`);
  const cut = <Items extends { slice(from: number, to: number): Items }>(items: Items): Items =>
    items.slice(Number(from), Number(to));
  if (typeof container === 'string') return gives(cut(container));
  return isList(container) ? gives(container.slice(Number(from), Number(to))) : fails(`can't slice ${typeText(container)}`);
};

const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyz';

const parseFailure = (text: string, reason: string): CallResult =>
  fails(`strconv.ParseUint: parsing ${JSON.stringify(text)}: ${reason}`);

/** Go's strconv.ParseUint: base 0 is by the prefix, size 0 is 64 bits. */
const parseInteger = ([text, base, bits]: readonly Value[]): CallResult => {
  if (typeof text !== 'string' || typeof base !== 'bigint' || typeof bits !== 'bigint') {
    return fails(`wrong type for value; expected string, int, int; got ${[text, base, bits].map(typeText).join(', ')}`);
  }
  if ((base !== 0n && base < 2n) || base > 36n) return parseFailure(text, `invalid base ${base}`);
  if (bits < 0n || bits > 64n) return parseFailure(text, `invalid bit size ${bits}`);
  const [, mark, rest] = base === 0n ? (/^0([xob]?)(.+)$/i.exec(text) ?? []) : [];
  const radix = mark === undefined ? base || 10n : ({ x: 16n, b: 2n }[mark.toLowerCase()] ?? 8n);
  const digits = (rest ?? text).toLowerCase();
  let value = 0n;
  for (const digit of digits) {
    const weight = DIGITS.indexOf(digit);
    if (weight < 0 || BigInt(weight) >= radix) return parseFailure(text, 'invalid syntax');
    value = value * radix + BigInt(weight);
  }
  if (digits === '') return parseFailure(text, 'invalid syntax');
  return value < 1n << (bits || 64n) ? gives(value) : parseFailure(text, 'value out of range');
};

const any = Number.POSITIVE_INFINITY;

/** Go's text/template/funcs.go, and CoreDNS's `parseInt`. `and` and `or` are not here: they leave arguments unread. */
export const FUNCTIONS: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ['eq', { least: 2, most: any, call: equal }],
  ['ne', {
    least: 2,
    most: 2,
    call(given) {
      const same = equal(given);
      return same.kind === 'failure' ? same : gives(same.value !== true);
    },
  }],
  ['lt', comparison((order) => order < 0)],
  ['le', comparison((order) => order <= 0)],
  ['gt', comparison((order) => order > 0)],
  ['ge', comparison((order) => order >= 0)],
  ['not', { least: 1, most: 1, call: ([value]) => gives(!isTrue(value)) }],
  ['len', {
    least: 1,
    most: 1,
    call([value]) {
      const length = lengthOf(value);
      return length === undefined ? fails(`len of type ${typeText(value)}`) : gives(BigInt(length));
    },
  }],
  ['index', { least: 1, most: any, call: index }],
  ['slice', { least: 1, most: 3, call: slice }],
  ['print', { least: 0, most: any, call: (given) => gives(printText(given)) }],
  ['println', {
    least: 0,
    most: any,
    call: (given) => gives(`${given.map((value) => valueText(value) ?? '').join(' ')}\n`),
  }],
  ['printf', {
    least: 1,
    most: any,
    call([format, ...given]) {
      if (typeof format === 'string') return gives(formatText(format, given));
      return fails(`wrong type for value; expected string; got ${typeText(format)}`);
    },
  }],
  ['parseInt', { least: 3, most: 3, call: parseInteger }],
]);

export const FUNCTION_NAMES: ReadonlySet<string> = new Set([...FUNCTIONS.keys(), 'and', 'or']);
