import { utf8Octets } from '../../../message/character-string.ts';

/** A value with named fields, and methods among them. */
export interface Struct {
  readonly kind: 'struct';
  /** As Go calls its type. */
  readonly type: string;
  readonly fields: ReadonlyMap<string, Value>;
  /** What it is printed as; `undefined` where it cannot be. */
  readonly text: string | undefined;
}

export interface Method {
  readonly kind: 'method';
  /** How many arguments it takes, all of them text. */
  readonly arguments: number;
  readonly call: (given: readonly string[]) => Value;
}

/** Whole numbers are bigint, others number; `undefined` is nil, or what is not there. */
export type Value =
  | undefined | boolean | bigint | number | string | readonly Value[] | ReadonlyMap<string, Value> | Struct | Method;

export const isList = (value: Value): value is readonly Value[] => Array.isArray(value);

export const isMap = (value: Value): value is ReadonlyMap<string, Value> => value instanceof Map;

export const isStruct = (value: Value): value is Struct =>
  typeof value === 'object' && 'kind' in value && value.kind === 'struct';

export const isMethod = (value: Value): value is Method =>
  typeof value === 'object' && 'kind' in value && value.kind === 'method';

const BASIC_TYPES: Readonly<Record<string, string>> = {
  undefined: 'nil', boolean: 'bool', bigint: 'int', number: 'float64', string: 'string',
};

/** As Go calls the type. */
export const typeText = (value: Value): string => {
  if (isList(value)) return '[]string';
  if (isMap(value)) return 'map[string]string';
  if (isStruct(value)) return value.type;
  return BASIC_TYPES[typeof value] ?? 'func';
};

/** Go's truth: neither false, nor zero, nor empty, nor nil. */
export const isTrue = (value: Value): boolean => {
  if (isList(value)) return value.length > 0;
  if (isMap(value)) return value.size > 0;
  return value !== undefined && value !== false && value !== 0n && value !== 0 && value !== '';
};

/** How many octets, items or entries it has; `undefined` where it has no length. */
export const lengthOf = (value: Value): number | undefined => {
  if (typeof value === 'string') return utf8Octets(value).length;
  if (isList(value)) return value.length;
  return isMap(value) ? value.size : undefined;
};

/** Go's %v of a float64: an exponent below 1e-4 and from 1e21 on. */
const floatText = (value: number): string => {
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : Number.isNaN(value) ? 'NaN' : '-Inf';
  const size = Math.abs(value);
  if (value === 0 || (size >= 1e-4 && size < 1e21)) return String(value);
  return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
};

/** What fmt.Print writes of it; `undefined` where it cannot be printed. */
export const valueText = (value: Value, nil = '<nil>'): string | undefined => {
  if (value === undefined) return nil;
  if (typeof value === 'number') return floatText(value);
  if (typeof value !== 'object') return String(value);
  if (isList(value)) {
    const items = value.map((item) => valueText(item));
    return items.includes(undefined) ? undefined : `[${items.join(' ')}]`;
  }
  if (isMap(value)) {
    const entries = [...value].toSorted(([one], [other]) => (one < other ? -1 : 1));
    return `map[${entries.map(([key, item]) => `${key}:${valueText(item) ?? ''}`).join(' ')}]`;
  }
  return isStruct(value) ? value.text : undefined;
};
