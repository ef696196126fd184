import { InputError } from '../../../error.ts';
import type { Written } from './part.ts';

/** Splits a line as `ipset restore` does: blanks separate, `"` holds together, nothing escapes. */
export const readWords = (line: string, file: string, number: number): readonly Written[] =>
  [...line.matchAll(/"([^"]*)("?)|[^\s"]+/g)].map(({ 0: word, 1: quoted, 2: closing, index }) => {
    const position = { file, line: number, column: index + 1 };
    if (quoted !== undefined && closing === '') throw new InputError(position, 'a quote is not closed', 'add a "');
    return { text: quoted ?? word, position };
  });
