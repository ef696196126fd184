import { InputError } from '../../../error.ts';
import type { Position } from '../../../error.ts';
import type { Places } from '../../../json/value.ts';
import { tokensOf } from './token.ts';
import type { Token } from './token.ts';

/** A place in a text of the nftables language, which moves on as it is read. */
export class Cursor {
  readonly places: Places = new WeakMap();
  readonly #text: string;
  readonly #tokens: Token[];
  #at = 0;

  constructor(file: string, text: string) {
    this.#text = text;
    this.#tokens = [...tokensOf(file, text)];
  }

  get at(): number {
    return this.#at;
  }

  /** Back to where the cursor was before. */
  backTo(at: number): void {
    this.#at = at;
  }

  get token(): Token {
    return this.ahead(0);
  }

  ahead(by: number): Token {
    const found = this.#tokens[Math.min(this.#at + by, this.#tokens.length - 1)];
    if (found === undefined) throw new Error('a text has an end');
    return found;
  }

  next(): Token {
    const { token } = this;
    this.#at += 1;
    return token;
  }

  /** Whether this word, or mark, is next; then it is passed. */
  take(text: string): boolean {
    const { kind, text: found } = this.token;
    if ((kind !== 'word' && kind !== 'mark') || found !== text) return false;
    this.#at += 1;
    return true;
  }

  expect(text: string): void {
    if (!this.take(text)) this.fail(`"${text}"`);
  }

  /** A word or a string. */
  word(what: string): string {
    const { kind } = this.token;
    return kind === 'word' || kind === 'string' ? this.next().text : this.fail(what);
  }

  /** The first characters of a word; the others are the next word. */
  cut(length: number): string {
    const { token } = this;
    const { text, offset, position } = token;
    const rest = { ...token, text: text.slice(length), glued: true, offset: offset + length, position: { ...position, column: position.column + length } };
    this.#tokens.splice(this.#at, 1, { ...token, text: text.slice(0, length) }, rest);
    return this.next().text;
  }

  whole(what: string): number {
    const { kind, text } = this.token;
    if (kind !== 'word' || !/^\d+$/.test(text)) return this.fail(what);
    this.#at += 1;
    return Number(text);
  }

  /** Past line ends and comments. */
  skipLines(): void {
    while (this.token.kind === 'newline' || this.token.kind === 'comment') this.#at += 1;
  }

  /** Whether a line, or what is in braces, ends here. */
  get atLineEnd(): boolean {
    const { kind, text } = this.token;
    return kind === 'newline' || kind === 'end' || kind === 'comment' || (kind === 'mark' && (text === ';' || text === '}'));
  }

  /** The text from a token to the end of its line; what is in braces may run over several. */
  rest(from: number): string {
    this.#at = from;
    const begin = this.token.offset;
    let end = begin;
    for (let depth = 0; depth > 0 ? this.token.kind !== 'end' : !this.atLineEnd; ) {
      const { kind, text } = this.next();
      if (kind === 'mark' && text === '{') depth += 1;
      if (kind === 'mark' && text === '}') depth -= 1;
      end = this.token.offset;
    }
    return this.#text.slice(begin, end).trim();
  }

  /** Past a block that is of no interest, its opening brace included. */
  skipBlock(): void {
    this.expect('{');
    for (let depth = 1; depth > 0; ) {
      const { kind, text } = this.next();
      if (kind === 'end') this.fail('"}"');
      if (kind === 'mark' && text === '{') depth += 1;
      if (kind === 'mark' && text === '}') depth -= 1;
    }
  }

  /** Remembers where something stands, for what is said of it later. */
  placed<Value extends object>(value: Value, position: Position): Value {
    this.places.set(value, position);
    return value;
  }

  fail(expected: string): never {
    const { text, position, kind } = this.token;
    const found = kind === 'end' ? 'the end of the text' : kind === 'newline' ? 'the end of the line' : `"${text}"`;
    throw new InputError(position, `expected ${expected}, not ${found}`, 'write the output of nft list ruleset into it, unchanged');
  }
}
