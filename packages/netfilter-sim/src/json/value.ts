import { InputError } from '../error.ts';
import type { Position } from '../error.ts';
import { findBreak, offsetOf } from './text.ts';
import type { JsonPath } from './text.ts';
import { checkText } from '../range.ts';

/** One value of a tool's JSON, with the way to it for messages. */
export interface Json {
  readonly path: JsonPath;
  /** What `JSON.parse` gave; `undefined` for a field that is not there. */
  readonly value: unknown;
  /** Where the value at a path stands in the file. */
  readonly placeOf: (path: JsonPath) => Position;
}

/** Where lists and objects stand that were read from a text of another form. */
export type Places = WeakMap<object, Position>;

const positionOf = (file: string, text: string, offset: number): Position => {
  const before = text.slice(0, offset).split('\n');
  return { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
};

/**
 * The value that a JSON text has; `file` is the name that errors show.
 * @throws InputError with the place where the text stops being JSON; TypeError for what is no text
 */
export const parseJson = (file: string, text: string): Json => {
  checkText('text', text);
  try {
    return { path: [], value: JSON.parse(text) as unknown, placeOf: (path) => positionOf(file, text, offsetOf(text, path)) };
  } catch (error) {
    const { offset, expected } = findBreak(text) ?? { offset: text.length, expected: String(error) };
    throw new InputError(
      positionOf(file, text, offset),
      `this is not JSON: expected ${expected}`,
      'write the output of the command into it, unchanged',
    );
  }
};

/** The same output in another form, as its JSON would have it; a word stands where what holds it does. */
export const jsonOf = (file: string, value: object, places: Places): Json => ({
  path: [],
  value,
  placeOf: (path) => {
    let [at, found]: [unknown, Position] = [value, places.get(value) ?? { file, line: 1, column: 1 }];
    for (const key of path) {
      if (typeof at !== 'object' || at === null) break;
      at = (at as Readonly<Record<string | number, unknown>>)[key];
      if (typeof at === 'object' && at !== null) found = places.get(at) ?? found;
    }
    return found;
  },
});

/** Tools print JSON where they are asked to, else what people read; and nothing at all where there is nothing to tell. */
export const isJson = (file: string, text: string): boolean => /^\s*[[{]/.test(text) || (text.trim() === '' && file.endsWith('.json'));

/** Says that a tool's output lacks what it always has: `expected`. @throws InputError, always */
export const broken = ({ path, placeOf }: Json, expected: string): never => {
  const way = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('');
  throw new InputError(
    placeOf(path),
    `${way === '' ? 'the document' : way.replace(/^\./, '')}: expected ${expected}`,
  );
};

/** The elements of a list. @throws InputError where it is none */
export const elements = (json: Json): readonly Json[] =>
  Array.isArray(json.value)
    ? json.value.map((value: unknown, at) => ({ ...json, path: [...json.path, at], value }))
    : broken(json, 'a list');

/**
 * The field of an object, which may be absent. `name` is its key; of a field that is not there the value is `undefined`.
 * @throws InputError where it is no object
 */
export const field = (json: Json, name: string): Json => {
  const { value, path } = json;
  if (typeof value !== 'object' || value === null) return broken(json, 'an object');
  return { ...json, path: [...path, name], value: Object.hasOwn(value, name) ? (value as Readonly<Record<string, unknown>>)[name] : undefined };
};

/** Whether there is no such field. */
export const isAbsent = ({ value }: Json): boolean => value === undefined;

/** A text. @throws InputError where it is none */
export const text = (json: Json): string =>
  typeof json.value === 'string' ? json.value : broken(json, 'text');

/**
 * A whole number from `min` to `max`, 0 to 2⁵³ − 1 unless said; iproute2 prints it as such or, with `-N`, as text.
 * @throws InputError for what is none
 */
export const whole = (json: Json, { min = 0, max = Number.MAX_SAFE_INTEGER }: { readonly min?: number; readonly max?: number } = {}): number => {
  const number = typeof json.value === 'string' && json.value.trim() !== '' ? Number(json.value) : json.value;
  const fits = typeof number === 'number' && Number.isSafeInteger(number) && number >= min && number <= max;
  return fits ? number : broken(json, `a whole number from ${min}${max === Number.MAX_SAFE_INTEGER ? '' : ` to ${max}`}`);
};

/** A text, or what is taken where the field is absent. @throws InputError where it is something else */
export const textOr = <Other>(json: Json, other: Other): string | Other => (isAbsent(json) ? other : text(json));

/** A whole number, or what is taken where the field is absent. @throws InputError where it is something else */
export const wholeOr = <Other>(json: Json, other: Other): number | Other => (isAbsent(json) ? other : whole(json));
