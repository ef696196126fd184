import { InputError } from '../../../error.ts';
import type { Position } from '../../../error.ts';

/** A piece of the nftables language. */
export interface Token {
  /** `mark`: punctuation and operators. */
  readonly kind: 'word' | 'string' | 'mark' | 'comment' | 'newline' | 'end';
  /** Of a string without its quotes. */
  readonly text: string;
  /** No blank stands in front: `syn,ack` is one value, `22, 80` are two. */
  readonly glued: boolean;
  /** Where in the text it begins, from 0. */
  readonly offset: number;
  readonly position: Position;
}

const PIECES = /(?<blank>[ \t\r]+)|(?<newline>\n)|(?<comment>#[^\n]*)|(?<string>"[^"\n]*")|(?<mark>==|!=|<=|>=|<<|>>|[{};,=<>&|^!()])|(?<word>[^\s{};,"=<>&|^!()#]+)/y;

/**
 * Colons, dots, slashes and dashes belong to words: nft puts blanks round those that are not part of
 * an address, a port or a range (src/scanner.l of nftables 1.0.6 reads more than nft prints).
 * @throws InputError for a string without an end
 */
export const tokensOf = (file: string, text: string): readonly Token[] => {
  const tokens: Token[] = [];
  let [line, lineStart, glued] = [1, 0, false];
  for (let offset = 0; offset < text.length; ) {
    PIECES.lastIndex = offset;
    const found = PIECES.exec(text);
    const position = { file, line, column: offset - lineStart + 1 };
    if (found === null) throw new InputError(position, 'a quote is not closed', 'add a "');
    const [piece] = found;
    const { blank, newline, comment, string, mark } = found.groups ?? {};
    offset += piece.length;
    if (blank !== undefined) {
      glued = false;
      continue;
    }
    const kind = newline !== undefined ? 'newline' : comment !== undefined ? 'comment' : string !== undefined ? 'string' : mark !== undefined ? 'mark' : 'word';
    tokens.push({ kind, text: kind === 'string' ? piece.slice(1, -1) : piece, glued, offset: offset - piece.length, position });
    glued = kind !== 'newline';
    if (kind === 'newline') {
      line += 1;
      lineStart = offset;
    }
  }
  return [...tokens, { kind: 'end', text: '', glued: false, offset: text.length, position: { file, line, column: text.length - lineStart + 1 } }];
};
