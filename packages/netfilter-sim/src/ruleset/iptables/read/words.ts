import { InputError } from '../../../error.ts';
import type { Position } from '../../../error.ts';

/** One argument of a rule line. */
export interface Word {
  readonly text: string;
  readonly position: Position;
}

/** XT_PARAM_BUF of iptables 1.8.9 with its NUL: no single argument may be longer. */
const WORD_LENGTH_MAX = 1023;

/**
 * Splits a line as `iptables-restore` does (add_param_to_argv, xshared.c 1.8.9): blanks separate,
 * `"` opens and closes, `\` escapes inside quotes only, and a closing quote ends the word.
 */
export const readWords = (line: string, file: string, lineNumber: number, start = 0): readonly Word[] => {
  const words: Word[] = [];
  let text = '';
  let began = -1;
  const end = (): void => {
    const position = { file, line: lineNumber, column: began + 1 };
    if (text.length > WORD_LENGTH_MAX) {
      throw new InputError(position, `a word has more than ${WORD_LENGTH_MAX} characters`, 'shorten it');
    }
    words.push({ text, position });
    text = '';
    began = -1;
  };

  for (let index = start; index < line.length; index += 1) {
    const character = line[index];
    if (character === '"') {
      if (began < 0) began = index;
      index += 1;
      while (index < line.length && line[index] !== '"') {
        if (line[index] === '\\') index += 1;
        text += line[index] ?? '';
        index += 1;
      }
      // iptables takes the line's end into the word then, which nobody means.
      if (index >= line.length) {
        throw new InputError({ file, line: lineNumber, column: began + 1 }, 'a quote is not closed', 'add a "');
      }
      end();
    } else if (character === ' ' || character === '\t') {
      if (began >= 0) end();
    } else {
      if (began < 0) began = index;
      text += character ?? '';
    }
  }
  if (began >= 0) end();
  return words;
};
