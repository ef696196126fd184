import { CorefileError } from './error.ts';
import type { Token } from './lexer.ts';

/** A line of a server block, or of a directive's own block: a name, its arguments, and the lines in braces. */
export interface Entry {
  readonly name: Token;
  readonly arguments: readonly Token[];
  readonly body: readonly Entry[];
  /** The brace behind its last word, which ends the block that it is in; `undefined` where a line end does. */
  readonly closedBy: Token | undefined;
}

/** `key key { entries }`, as written. */
export interface RawBlock {
  readonly keys: readonly Token[];
  readonly entries: readonly Entry[];
}

export const isOpen = (token: Token | undefined): boolean => token?.text === '{' && !token.quoted;
export const isClose = (token: Token | undefined): boolean => token?.text === '}' && !token.quoted;
const isBrace = (token: Token): boolean => isOpen(token) || isClose(token);

/** No directive has blocks in blocks in blocks; a text of nothing but braces must not exhaust the stack. */
const NESTING_MAX = 16;

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

  /** The words of a line, up to its end or a brace. */
  words(): Token[] {
    const words: Token[] = [];
    for (let token = this.peek(); token?.first === false && !isBrace(token); token = this.peek()) {
      words.push(token);
      this.#at += 1;
    }
    return words;
  }
}

/** Entries until the closing brace; of a block without braces, until the end of the file. */
const parseEntries = (tokens: Tokens, braces: boolean, nested: number): readonly Entry[] => {
  const entries: Entry[] = [];
  for (;;) {
    if (!braces && tokens.peek() === undefined) return entries;
    const name = tokens.next("'}'");
    // coredns/caddy caddyfile/parse.go: it ends a block that begins without one too.
    if (isClose(name)) return entries;
    if (isOpen(name)) {
      throw new CorefileError(name, "Unexpected '{'", 'an opening brace ends the line of the directive it belongs to');
    }
    entries.push(parseEntry(tokens, name, nested));
  }
};

const parseEntry = (tokens: Tokens, name: Token, nested: number): Entry => {
  const words = tokens.words();
  const brace = tokens.peek();
  const plain = { name, arguments: words, body: [], closedBy: undefined };
  // A brace on a line of its own belongs to the directive before it, as one behind its words does.
  if (brace === undefined || (brace.first && !(nested === 0 && isOpen(brace)))) return plain;
  if (isClose(brace)) {
    // caddyfile/parse.go: on the line of a directive it would have to close something of that directive.
    if (nested === 0) throw new CorefileError(brace, "Unexpected '}'", 'the brace that closes a server block begins a line');
    return { ...plain, closedBy: brace };
  }
  if (nested === NESTING_MAX) throw new CorefileError(brace, `blocks in more than ${NESTING_MAX} blocks`);
  tokens.next("'{'");
  const body = parseEntries(tokens, true, nested + 1);
  const after = tokens.peek();
  const closesOuter = nested > 0 && isClose(after);
  // The next line of the same directive may stand on this one.
  const comesAgain = nested === 0 && after?.text === name.text;
  if (after?.first === false && !closesOuter && !comesAgain) {
    throw new CorefileError(after, `Unexpected '${after.text}' after '}'`, 'begin a new line');
  }
  return { ...plain, body };
};

/** A comma at the end of a key lets the keys go on in the next line. */
const stripComma = (token: Token): Token => ({ ...token, text: token.text.replace(/,$/, '') });

/** Zones up to the brace, which may be on a line of its own, or else to the end of the line. */
const parseKeys = (tokens: Tokens): { readonly keys: readonly Token[]; readonly braces: boolean } => {
  const keys: Token[] = [];
  let continued = false;
  for (;;) {
    const token = tokens.next('a server block key');
    if (isClose(token)) throw new CorefileError(token, "Unexpected '}'", 'a server block begins with its zones');
    if (isOpen(token)) {
      if (continued) throw new CorefileError(token, "Unexpected '{' after a comma", 'remove the comma');
      if (keys.length > 0) return { keys, braces: true };
      throw new CorefileError(token, "Unexpected '{'", 'write the zones before it, `.` for all');
    }
    continued = token.text.endsWith(',');
    const key = stripComma(token);
    if (key.text !== '') keys.push(key);
    const next = tokens.peek();
    if (continued || (next !== undefined && (!next.first || isOpen(next)))) continue;
    if (keys.length > 0) return { keys, braces: false };
    throw new CorefileError(token, 'a server block without zones', 'write `.` for all');
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
    blocks.push({ keys, entries: parseEntries(walker, braces, 0) });
  }
  return blocks;
};
