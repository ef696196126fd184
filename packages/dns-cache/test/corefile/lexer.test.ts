import { describe, expect, it } from 'vitest';
import { tokenize } from '../../src/corefile/lexer.ts';

const words = (text: string): readonly string[] => tokenize(text, 'f').map((token) => token.text);

describe('the words of a Corefile', () => {
  it.each([
    ['spaces and line ends', 'a  b\tc\r\nd', ['a', 'b', 'c', 'd']],
    ['a byte order mark', '\uFEFF. {', ['.', '{']],
    ['a comment, which within a word is as long as that', 'a#b c\nd # e\n#f', ['a', 'c', 'd']],
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

/** Each word with the line that it begins on: what coredns/caddy's lexer_test.go asks. */
describe('the lines of words', () => {
  it.each<readonly [string, string, readonly string[]]>([
    ['one word', 'zone:53', ['1 zone:53']],
    ['an empty line counts', 'zone:53\n\nlog', ['1 zone:53', '3 log']],
    ['a block', 'zone:53 {\n  log\n}', ['1 zone:53', '1 {', '2 log', '3 }']],
    ['a block on one line', 'zone:53 { log }', ['1 zone:53', '1 {', '1 log', '1 }']],
    [
      'comments count as lines',
      'zone {\n  #one\n  log\n  # two\n  errors # three\n}',
      ['1 zone', '1 {', '3 log', '5 errors', '6 }'],
    ],
    ['quotes', 'a "b c" d\ne', ['1 a', '1 b c', '1 d', '2 e']],
    ['escaped quotes', String.raw`a "b \"c\" d" e`, ['1 a', '1 b "c" d', '1 e']],
    ['a backslash is itself', String.raw`"don't\do"`, [String.raw`1 don't\do`]],
    ['two backslashes are two', String.raw`"don't\\do"`, [String.raw`1 don't\\do`]],
    ['two backslashes before the closing quote close nothing else', String.raw`"a\\" b`, [String.raw`1 a\\`, '1 b']],
    ['three backslashes and a quote', String.raw`"a\\\" b" c`, [String.raw`1 a\\" b`, '1 c']],
    ['a quoted word over two lines', 'a "b\n  c" {\nd\n}', ['1 a', '1 b\n  c', '2 {', '3 d', '4 }']],
    ['a path of Windows', String.raw`"C:\etc\hosts.txt"`, [String.raw`1 C:\etc\hosts.txt`]],
    ['an empty word', 'a "" b', ['1 a', '1 ', '1 b']],
    ['carriage returns', 'a b\r\nc d\r\n', ['1 a', '1 b', '2 c', '2 d']],
    ['a carriage return in the midst of a word', 'a\rb c', ['1 ab', '1 c']],
    ['a byte order mark', '\uFEFF:53', ['1 :53']],
    ['a byte order mark only at the begin', ':53 \uFEFF', ['1 :53', '1 \uFEFF']],
    ['spaces of other scripts', 'a\u00A0b\u2003c\u0085d', ['1 a', '1 b', '1 c', '1 d']],
    ['braces that touch other letters are letters', 'a {} b{ }c', ['1 a', '1 {}', '1 b{', '1 }c']],
    ['nothing', '', []],
    ['only white space', '\t \n', []],
    // Here caddy forgets at the next space that it is in a comment, and reads `here` as a word.
    ['a comment that begins within a word, to its end', 'a#b here\nc', ['1 a', '1 here', '2 c']],
    // caddy keeps them; the same file saved on Windows would mean something else.
    ['carriage returns in quotes', '"a\r\nb" c', ['1 a\nb', '2 c']],
  ])('%s', (_what, text, expected) => {
    expect(tokenize(text, 'f').map(({ line, text: word }) => `${line} ${word}`)).toEqual(expected);
  });
});
