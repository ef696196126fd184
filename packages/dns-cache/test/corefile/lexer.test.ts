import { describe, expect, it } from 'vitest';
import { tokenize } from '../../src/corefile/lexer.ts';

const words = (text: string): readonly string[] => tokenize(text, 'f').map((token) => token.text);

describe('the words of a Corefile', () => {
  it.each([
    ['spaces and line ends', 'a  b\tc\r\nd', ['a', 'b', 'c', 'd']],
    ['a byte order mark', '\uFEFF. {', ['.', '{']],
    ['a comment, even within a word', 'a#b c\nd # e\n#f', ['a', 'd']],
    ['a quoted word', '"a b # c" d', ['a b # c', 'd']],
    ['a quoted word over lines', '"a\nb" c', ['a\nb', 'c']],
    ['an escaped quote', String.raw`"a \"b\" \n \\ \." c`, [String.raw`a "b" \n \\ \.`, 'c']],
    ['a word right after a closing quote', '"a"b', ['a', 'b']],
    ['an empty word', '"" a', ['', 'a']],
    ['a quote within a word', 'a"b c"', ['a"b', 'c"']],
    ['a quote that never ends', '"a b', ['a b']],
    ['nothing', ' \n# only this\n', []],
  ])('%s', (_what, text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  it('know their lines and columns', () => {
    const places = tokenize('. {\n  log "x\ny" z\n\t}', 'f').map(({ text, line, column, first }) => [
      text,
      line,
      column,
      first,
    ]);
    expect(places).toEqual([
      ['.', 1, 1, true],
      ['{', 1, 3, false],
      ['log', 2, 3, true],
      ['x\ny', 2, 7, false],
      ['z', 3, 4, false],
      ['}', 4, 2, true],
    ]);
  });
});
