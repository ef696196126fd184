import { CorefileError } from './error.ts';
import type { Token } from './lexer.ts';

/** A line of a server block, or of a directive's own block: a name, its arguments, and the lines in braces. */
export interface Entry {
  readonly name: Token;
  readonly arguments: readonly Token[];
  readonly body: readonly Entry[];
}

/** `key key { entries }`, as written. */
export interface RawBlock {
  readonly keys: readonly Token[];
  readonly entries: readonly Entry[];
}

export const isOpen = (token: Token | undefined): boolean => token?.text === '{' && !token.quoted;
export const isClose = (token: Token | undefined): boolean => token?.text === '}' && !token.quoted;

/** Walks over tokens; errors at the end of the file point to its last token. */
class Tokens {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  peek(): Token | undefined {
    return this.#tokens[this.#at];
  }

  next(expecting: string): Token {
    const token = this.peek();
    if (token !== undefined) {
      this.#at += 1;
      return token;
    }
    const last = this.#tokens.at(-1);
    const position = last ?? { file: '', line: 1, column: 1 };
    throw new CorefileError(position, `Unexpected EOF, expecting ${expecting}`);
  }

  /** The tokens until the next line begins. */
  restOfLine(): Token[] {
    const line: Token[] = [];
    for (let token = this.peek(); token?.first === false; token = this.peek()) {
      line.push(token);
      this.#at += 1;
    }
    return line;
  }
}

/** Lines until the closing brace; at the top of a file without braces until its end. */
const parseEntries = (tokens: Tokens, braces: boolean): readonly Entry[] => {
  const entries: Entry[] = [];
  for (;;) {
    if (!braces && tokens.peek() === undefined) return entries;
    const name = tokens.next("'}'");
    if (isClose(name)) {
      if (braces) return entries;
      throw new CorefileError(name, "Unexpected '}' because no matching opening brace");
    }
    if (isOpen(name)) {
      throw new CorefileError(name, "Unexpected '{'", 'an opening brace ends the line of the directive it belongs to');
    }
    entries.push(parseEntry(tokens, name, braces));
  }
};

const parseEntry = (tokens: Tokens, name: Token, braces: boolean): Entry => {
  const line = tokens.restOfLine();
  const close = line.findIndex(isClose);
  if (close >= 0) {
    const token = line[close] ?? name;
    const mend = braces ? 'a closing brace stands on a line of its own' : '';
    throw new CorefileError(token, "Unexpected '}'", mend);
  }
  const open = line.findIndex(isOpen);
  if (open < 0) return { name, arguments: line, body: [] };
  const after = line[open + 1];
  if (after !== undefined) {
    throw new CorefileError(after, `Unexpected token after '{' on same line: '${after.text}'`, 'begin a new line');
  }
  return { name, arguments: line.slice(0, open), body: parseEntries(tokens, true) };
};

/** A comma at the end of a key lets the keys go on in the next line. */
const stripComma = (token: Token): Token => ({ ...token, text: token.text.replace(/,$/, '') });

const parseKeys = (tokens: Tokens): { readonly keys: readonly Token[]; readonly braces: boolean } => {
  const keys: Token[] = [];
  for (;;) {
    const first = tokens.next('a server block key');
    const line = [first, ...tokens.restOfLine()];
    for (const [index, token] of line.entries()) {
      if (isClose(token)) throw new CorefileError(token, "Unexpected '}'", 'a server block begins with its zones');
      if (!isOpen(token)) {
        if (stripComma(token).text !== '') keys.push(stripComma(token));
        continue;
      }
      if (keys.length === 0) throw new CorefileError(token, "Unexpected '{'", 'write the zones before it, `.` for all');
      if (line[index - 1]?.text.endsWith(',') === true) {
        throw new CorefileError(token, "Unexpected '{' after a comma", 'remove the comma');
      }
      const after = line[index + 1];
      if (after !== undefined) {
        throw new CorefileError(after, `Unexpected token after '{' on same line: '${after.text}'`, 'begin a new line');
      }
      return { keys, braces: true };
    }
    if (line.at(-1)?.text.endsWith(',') !== true) return { keys, braces: false };
  }
};

/** Server blocks as written. A file with one block may leave out its braces. */
export const parseBlocks = (tokens: readonly Token[]): readonly RawBlock[] => {
  const walker = new Tokens(tokens);
  const blocks: RawBlock[] = [];
  while (walker.peek() !== undefined) {
    const { keys, braces } = parseKeys(walker);
    const first = keys[0];
    if (first !== undefined && !braces && blocks.length > 0) {
      const mend = 'only a file with one server block may go without';
      throw new CorefileError(first, "Expected '{' after the zones", mend);
    }
    blocks.push({ keys, entries: parseEntries(walker, braces) });
  }
  return blocks;
};
