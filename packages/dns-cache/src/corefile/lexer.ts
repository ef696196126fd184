import type { Position } from './error.ts';

/** A word of a Corefile. */
export interface Token extends Position {
  /** Without its quotes, in which `\"` is one. */
  readonly text: string;
  /** A quoted brace is a word, not a brace. */
  readonly quoted: boolean;
  /** Begins a line. What follows on that line belongs to it, wherever an import then puts them. */
  readonly first: boolean;
}

/** Unicode's White_Space, as Go's unicode.IsSpace, without the byte order mark that `\s` includes. */
const isSpace = (character: string): boolean => /^[^\S\uFEFF]$/u.test(character) || character === '\u0085';

/** Steps through a text and knows its line and column. */
interface Cursor {
  readonly text: string;
  at: number;
  line: number;
  column: number;
}

const peek = (cursor: Cursor): string => cursor.text[cursor.at] ?? '';

const step = (cursor: Cursor): string => {
  const character = peek(cursor);
  cursor.at += 1;
  if (character === '\n') {
    cursor.line += 1;
    cursor.column = 1;
  } else cursor.column += 1;
  return character;
};

const skipComment = (cursor: Cursor): void => {
  while (cursor.at < cursor.text.length && peek(cursor) !== '\n') step(cursor);
};

/** To the closing quote. `\"` is a quote; any other backslash stays, with what follows it. An open quote ends with the file. */
const readQuoted = (cursor: Cursor): string => {
  step(cursor);
  let text = '';
  while (cursor.at < cursor.text.length) {
    const character = step(cursor);
    if (character === '"') break;
    if (character !== '\\') text += character;
    else text += peek(cursor) === '"' ? step(cursor) : character + step(cursor);
  }
  return text.replaceAll('\r', '');
};

/** To the next space, where a comment ends too that begins within the word; quotes inside are themselves, carriage returns nothing. */
const readBare = (cursor: Cursor): string => {
  let text = '';
  let inComment = false;
  while (cursor.at < cursor.text.length) {
    const character = peek(cursor);
    if (isSpace(character) && character !== '\r') break;
    step(cursor);
    inComment ||= character === '#';
    if (!inComment && character !== '\r') text += character;
  }
  return text;
};

/** The words of a Corefile (coredns/caddy, caddyfile/lexer.go). There is no text that it refuses. */
export const tokenize = (text: string, file: string): readonly Token[] => {
  const cursor: Cursor = { text: text.replace(/^\uFEFF/, ''), at: 0, line: 1, column: 1 };
  const tokens: Token[] = [];
  let endedOn = 0;
  while (cursor.at < cursor.text.length) {
    const character = peek(cursor);
    if (isSpace(character)) step(cursor);
    else if (character === '#') skipComment(cursor);
    else {
      const { line, column } = cursor;
      const quoted = character === '"';
      const word = quoted ? readQuoted(cursor) : readBare(cursor);
      tokens.push({ text: word, quoted, file, line, column, first: line !== endedOn });
      // A quoted word may hold line ends; what stands behind it is on the line on which it ends.
      endedOn = cursor.line;
    }
  }
  return tokens;
};
