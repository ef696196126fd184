import { broken, elements, field, isAbsent, text } from '../../../json/value.ts';
import type { Json } from '../../../json/value.ts';

/** The JSON of nft says what a thing is by the only name of an object: `{"counter": …}`. */
export interface Named {
  readonly name: string;
  readonly body: Json;
}

export const named = (json: Json): Named => {
  const { value } = json;
  const names = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
  const [name] = names;
  if (name === undefined || names.length > 1) return broken(json, 'an object with one name');
  return { name, body: field(json, name) };
};

/** A whole number, below 0 or not. */
export const integer = (json: Json): number =>
  typeof json.value === 'number' && Number.isSafeInteger(json.value) ? json.value : broken(json, 'a whole number');

/** A whole number of at least so much; the other where it is absent. */
export const countOr = (json: Json, other: number, least = 0): number => {
  if (isAbsent(json)) return other;
  const number = integer(json);
  return number >= least ? number : broken(json, `a whole number of at least ${least}`);
};

/** nft prints one word where a list has only that. */
export const textList = (json: Json): readonly string[] => {
  if (isAbsent(json)) return [];
  return Array.isArray(json.value) ? elements(json).map(text) : [text(json)];
};

/** Exactly two values. */
export const pair = (json: Json): readonly [Json, Json] => {
  const [first, second, ...more] = elements(json);
  return first === undefined || second === undefined || more.length > 0
    ? broken(json, 'a list of two')
    : [first, second];
};

export const oneOf = <Word extends string>(json: Json, words: readonly Word[]): Word =>
  words.find((word) => word === json.value) ?? broken(json, `one of ${words.join(', ')}`);

export const isObject = ({ value }: Json): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The JSON itself, for what is not read further, or the words where it came from a text. */
export const rawText = (json: Json): string => {
  const written = isObject(json) ? Object.values(json.value as object).find((part) => isObject({ ...json, value: part })) : undefined;
  const words = written === undefined ? undefined : (written as { readonly written?: unknown }).written;
  return typeof words === 'string' ? words : (JSON.stringify(json.value) ?? 'undefined');
};
