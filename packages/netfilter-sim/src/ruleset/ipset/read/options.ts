import { InputError } from '../../../error.ts';
import { refuse } from './part.ts';
import type { Written } from './part.ts';

/** Options by name, each with its value; a flag has an empty one. */
export type Options = ReadonlyMap<string, Written>;

/** Reads `name value` pairs and flags; `values` says how many words each option takes behind its name. */
export const readOptions = (words: readonly Written[], values: Readonly<Record<string, 0 | 1>>): Options => {
  const found = new Map<string, Written>();
  for (let at = 0; at < words.length; at += 1) {
    const name = words[at];
    if (name === undefined) break;
    if (!Object.hasOwn(values, name.text)) refuse(name, `one of ${Object.keys(values).join(', ')}`);
    if (found.has(name.text)) refuse(name, 'each option once', 'remove one');
    if (values[name.text] === 0) {
      found.set(name.text, { ...name, text: '' });
      continue;
    }
    at += 1;
    const value = words[at];
    if (value === undefined) throw new InputError(name.position, `"${name.text}" needs a value`, `write ${name.text} VALUE`);
    found.set(name.text, value);
  }
  return found;
};

/** A number in decimal or hexadecimal within bounds. */
export const numberOption = (
  options: Options,
  name: string,
  { min = 0, max = 0xffff_ffff }: { readonly min?: number; readonly max?: number } = {},
): number | undefined => {
  const value = options.get(name);
  if (value === undefined) return undefined;
  const number = /^(?:\d{1,10}|0x[\da-f]{1,8})$/i.test(value.text) ? Number(value.text) : NaN;
  return number >= min && number <= max ? number : refuse(value, `a number from ${min} to ${max}`);
};
