import { describe, expect, it } from 'vitest';
import { readBlocks } from '../../src/corefile/blocks.ts';
import { CorefileError } from '../../src/corefile/error.ts';
import type { Entry } from '../../src/corefile/grammar.ts';

const FILES: Readonly<Record<string, string>> = {
  'lines.txt': 'beta b c\ngamma',
  'block.txt': 'file.example {\n alpha\n beta b\n}',
  'keys.txt': 'file.example\nalpha\nimport lines.txt',
  'options.txt': 'one 1\ntwo 2',
  'empty.txt': '',
  'uses-shared.txt': 'uses.example {\n import shared\n}',
  'word.txt': 'file.example {\n alpha / import secret\n}',
  'a.txt': 'import b.txt',
  'b.txt': 'import a.txt',
};

const GLOBS: Readonly<Record<string, readonly string[]>> = {
  'nothing/*': [],
  'nothing/?': [],
  '*.conf': ['block.txt', 'uses-shared.txt'],
  // An import of many files is one import, however many there are.
  'many/*': Array.from({ length: 20_000 }, () => 'empty.txt'),
};

const ENVIRONMENT = { PORT: '5300', ZONE: 'env.example', WORD: 'in the env', DIR: 'lph', REF: '{$PORT}' };

const readImport = (pattern: string) => {
  const files = GLOBS[pattern] ?? [pattern];
  return files.map((file) => {
    const text = FILES[file];
    if (text === undefined) throw new Error('no such file');
    return { file, text };
  });
};

const entryText = ({ name, arguments: given, body }: Entry): string => {
  const words = [name, ...given].map(({ text }) => text).join(' ');
  return body.length === 0 ? words : `${words} [${body.map(entryText).join('; ')}]`;
};

/** `zone zone: directive word [option word; option]; directive`, a string for each server block. */
const shape = (text: string): readonly string[] =>
  readBlocks(text, { file: 'Corefile', environment: ENVIRONMENT, readImport }).blocks.map(
    ({ keys, entries }) => `${keys.map((key) => key.text).join(' ')}: ${entries.map(entryText).join('; ')}`,
  );

const complaint = (text: string): string => {
  try {
    return `accepted as ${shape(text).join(' | ')}`;
  } catch (error) {
    if (error instanceof CorefileError) return error.message;
    throw error;
  }
};

/** The cases of coredns/caddy's parse_test.go, and what its parser does beside them. */
describe('server blocks', () => {
  it.each<readonly [string, readonly string[]]>([
    ['zone', ['zone: ']],
    ['zone:53', ['zone:53: ']],
    ['zone\nalpha', ['zone: alpha']],
    ['zone:53\nalpha b c', ['zone:53: alpha b c']],
    ['zone {\n alpha\n}', ['zone: alpha']],
    ['zone {\n alpha b c\n beta\n}', ['zone: alpha b c; beta']],
    ['one two\nalpha b c', ['one two: alpha b c']],
    ['one two {\n alpha b\n}', ['one two: alpha b']],
    ['one, two {\n alpha b\n}', ['one two: alpha b']],
    ['one:1, two\nalpha b\nbeta c', ['one:1 two: alpha b; beta c']],
    ['one,\ntwo,\nthree', ['one two three: ']],
    ['one,\ntwo {\n alpha\n}', ['one two: alpha']],
    ['one, two\nalpha b {\n c d\n}\nbeta', ['one two: alpha b [c d]; beta']],
    ['one\nalpha {\n b c\n}\nbeta {\n d e\n}', ['one: alpha [b c]; beta [d e]']],
    ['one\nalpha {\n}', ['one: alpha']],
    ['one\nalpha {\n b {\n c\n }\n}\nbeta d e', ['one: alpha [b [c]]; beta d e']],
    ['one {\n}\ntwo {\n}', ['one: ', 'two: ']],
    ['one, two {\n}\nthree, four {\n}', ['one two: ', 'three four: ']],
    ['one {\n} two {\n}', ['one: ', 'two: ']],
    // A brace may open on the next line, and close at once; a block's first line may follow it.
    ['one\n{\n alpha\n}', ['one: alpha']],
    ['one two\n\n{\n alpha\n}\nthree\n{\n}', ['one two: alpha', 'three: ']],
    ['one {\n alpha b\n {\n c\n }\n beta\n}', ['one: alpha b [c]; beta']],
    ['one\nalpha\n{\n b\n}\nbeta', ['one: alpha [b]; beta']],
    // What closes need not have been opened.
    ['one\nalpha\n}', ['one: alpha']],
    ['one\nalpha\n}\ntwo {\n beta\n}', ['one: alpha', 'two: beta']],
    ['one { }', ['one: ']],
    ['one { alpha b\n beta\n}', ['one: alpha b; beta']],
    ['one {\n alpha { }\n beta\n}', ['one: alpha; beta']],
    ['one {\n alpha { b c\n d\n }\n}', ['one: alpha [b c; d]']],
    // And may close behind any word of an option.
    ['one {\n alpha { b }\n}', ['one: alpha [b]']],
    ['one {\n alpha a { b c }\n beta\n}', ['one: alpha a [b c]; beta']],
    ['one {\n alpha {\n b\n c d }\n beta\n}', ['one: alpha [b; c d]; beta']],
    ['one {\n alpha { b { c } }\n beta\n}', ['one: alpha [b [c]]; beta']],
    ['one\nalpha { b }\nbeta', ['one: alpha [b]; beta']],
    ['one {\n alpha {\n b\n } alpha c { d } alpha e\n}', ['one: alpha [b]; alpha c [d]; alpha e']],
    ['(s) {\n alpha { b }\n}\none {\n import s\n beta\n}', ['one: alpha [b]; beta']],
    ['one {\n alpha {}\n beta {b}\n}', ['one: alpha {}; beta {b}']],
    // A directive may be called as anything, and come again.
    ['one {\n alpha b\n alpha c\n}', ['one: alpha b; alpha c']],
    ['one {\n import.me a\n}', ['one: import.me a']],
    ['one {\n alpha import b\n}', ['one: alpha import b']],
    // Quotes make words of what would be braces; in caddy they remain braces.
    ['one {\n alpha "{" "}"\n}', ['one: alpha { }']],
    ['one {\n alpha {b} {{c}}\n}', ['one: alpha {b} {{c}}']],
    ['one {\n alpha "b\nc" d\n beta\n}', ['one: alpha b\nc d; beta']],
    ['', []],
    ['# nothing', []],
  ])('%j', (text, expected) => {
    expect(shape(text)).toEqual(expected);
  });

  it.each([
    ['one, {\n}', "Corefile:1:6: Unexpected '{' after a comma"],
    ['one,\n{\n}', "Corefile:2:1: Unexpected '{' after a comma"],
    ['one, two,', 'Corefile:1:6: Unexpected EOF, expecting a server block key'],
    ['one\nalpha {\n b', "Corefile:3:2: Unexpected EOF, expecting '}'"],
    ['one\nalpha {\n} }', "Corefile:3:3: Unexpected '}' after '}'"],
    ['one {\n alpha {\n } }', "Corefile:3:4: Unexpected '}' after '}'"],
    ['one {\n alpha {\n } beta\n}', "Corefile:3:4: Unexpected 'beta' after '}'"],
    ['one { alpha }', "Corefile:1:13: Unexpected '}'"],
    ['one {\n alpha { b } }\n}', "Corefile:2:14: Unexpected '}' after '}'"],
    ['one {\n alpha { b } c\n}', "Corefile:2:14: Unexpected 'c' after '}'"],
    // A brace that touches a word is part of it.
    ['one {\n alpha { b}\n}', "Corefile:3:1: Unexpected EOF, expecting '}'"],
    ['one {\n alpha }', "Corefile:2:8: Unexpected '}'"],
    ['one {\n {\n }\n}', "Corefile:2:2: Unexpected '{'"],
    ['one {\n alpha\n {\n }\n {\n }\n}', "Corefile:5:2: Unexpected '{'"],
    ['one {\n alpha {\n beta\n {\n }\n }\n}', "Corefile:4:2: Unexpected '{'"],
    ['one {\n alpha', "Corefile:2:2: Unexpected EOF, expecting '}'"],
    ['one {\n}\n}', "Corefile:3:1: Unexpected '}'"],
    [`one {\n${' a {\n'.repeat(17)}`, 'Corefile:18:4: blocks in more than 16 blocks'],
    [`one {\n${' a {\n'.repeat(200_000)}`, 'Corefile:18:4: blocks in more than 16 blocks'],
    // caddy drops a block without zones and all that is in it.
    ['{\n alpha\n}', "Corefile:1:1: Unexpected '{'"],
    ['""', 'Corefile:1:1: a server block without zones'],
    ['""\nalpha', 'Corefile:1:1: a server block without zones'],
    ['"" {\n}', "Corefile:1:4: Unexpected '{'"],
    // caddy takes any block for one that may go without.
    ['one {\n}\ntwo\nalpha', "Corefile:3:1: Expected '{' after the zones"],
  ])('%j is refused', (text, expected) => {
    expect(complaint(text)).toContain(expected);
  });
});

describe('the environment', () => {
  it.each<readonly [string, readonly string[]]>([
    ['{$ZONE}', ['env.example: ']],
    ['a{$DIR}a', ['alpha: ']],
    ['{$ZONE}:{$PORT}', ['env.example:5300: ']],
    ['{%ZONE%}:{$PORT}', ['env.example:5300: ']],
    ['{$ZONE}:{%PORT%}', ['env.example:5300: ']],
    [':{%PORT%}\nalpha {$WORD}', [':5300: alpha in the env']],
    [':1\nalpha {%ZONE%}/{%DIR%}', [':1: alpha env.example/lph']],
    [':1\nalpha {%ZONE}', [':1: alpha {%ZONE}']],
    [':{$PORT$}', [':: ']],
    [':1\nalpha "b {$WORD} c"', [':1: alpha b in the env c']],
    [':1\nanswer "{{ .Name }} {$WORD}"', [':1: answer {{ .Name }} in the env']],
    [':1\na{$DIR}a b', [':1: alpha b']],
    [':1 {\n alpha {\n {$DIR} {$PORT}\n }\n}', [':1: alpha [lph 5300]']],
    [':1\nalpha {$} {%} {%%} {$NONE}x', [':1: alpha {$} {%} {%%} x']],
    // caddy reads what a value refers to as well, and with it one that refers to itself for ever.
    [':1\nalpha {$REF}', [':1: alpha {$PORT}']],
    ['{$NONE} one {\n}', ['one: ']],
    [':1\nalpha {$constructor}x {%__proto__%}y', [':1: alpha x y']],
  ])('%j', (text, expected) => {
    expect(shape(text)).toEqual(expected);
  });

  it.each([
    ['{$NONE}\nalpha', 'Corefile:1:1: a server block without zones'],
    ['{$NONE} {\n}', "Corefile:1:9: Unexpected '{'"],
  ])('%j is refused', (text, expected) => {
    expect(complaint(text)).toContain(expected);
  });
});

describe('snippets and imports', () => {
  it.each<readonly [string, string, readonly string[]]>([
    ['lines of a file', 'one\nalpha a\nimport lines.txt', ['one: alpha a; beta b c; gamma']],
    ['lines of a file before others', 'one {\n import lines.txt\n alpha\n}', ['one: beta b c; gamma; alpha']],
    ['a whole block', 'import block.txt', ['file.example: alpha; beta b']],
    ['a file that imports', 'import keys.txt', ['file.example: alpha; beta b c; gamma']],
    ['options of a directive', 'one {\n proxy {\n import options.txt\n three\n }\n}', ['one: proxy [one 1; two 2; three]']],
    ['an empty file', 'one {\n import empty.txt\n alpha\n}', ['one: alpha']],
    ['a word that is not one', 'import word.txt', ['file.example: alpha / import secret']],
    ['a pattern without files', 'import nothing/*', []],
    ['a pattern without files, in a block', 'one {\n import nothing/?\n}', ['one: ']],
    ['a pattern', '(shared) {\n alpha\n}\nimport *.conf', ['file.example: alpha; beta b', 'uses.example: alpha']],
    ['any number of files', 'import many/*\none {\n}', ['one: ']],
    ['a snippet', '(s) {\n alpha a\n beta\n}\none {\n import s\n}', ['one: alpha a; beta']],
    ['a snippet twice', '(s) {\n alpha\n}\none {\n import s\n import s\n}\ntwo {\n import s\n}', ['one: alpha; alpha', 'two: alpha']],
    ['a snippet that a file uses', '(shared) {\n alpha\n}\nimport uses-shared.txt', ['uses.example: alpha']],
    ['a snippet in a directive', '(s) {\n b c\n}\none {\n alpha {\n import s\n d\n }\n}', ['one: alpha [b c; d]']],
    ['a snippet with blocks', '(s) {\n alpha {\n b\n }\n}\none {\n import s\n}', ['one: alpha [b]']],
    ['a snippet of nothing', '(s) { }\none {\n import s\n alpha\n}', ['one: alpha']],
    ['a snippet on one line', '(s) { alpha b }\none {\n beta\n import s\n}', ['one: beta; alpha b']],
    ['a snippet whose brace is on the next line', '(s)\n{\n alpha\n}\none {\n import s\n}', ['one: alpha']],
    ['a snippet for a name of the environment', '(5300) {\n alpha\n}\none {\n import {$PORT}\n}', ['one: alpha']],
    ['an import right after the brace', '(s) {\n alpha\n}\none { import s\n}', ['one: alpha']],
    ['a snippet that has the name of a file', '(block.txt) {\n gamma\n}\none {\n import block.txt\n}', ['one: gamma']],
    ['whole blocks from a snippet', '(s) {\n one {\n alpha\n }\n}\nimport s', ['one: alpha']],
    ['two names in parentheses are zones', '(a) (b) {\n}', ['(a) (b): ']],
  ])('%s', (_what, text, expected) => {
    expect(shape(text)).toEqual(expected);
  });

  it.each([
    ['import', 'Corefile:1:1: Import requires a non-empty filepath'],
    ['import\none', 'Corefile:1:1: Import requires a non-empty filepath'],
    ['import lines.txt block.txt', 'Corefile:1:18: Import takes only one argument'],
    ['import none.txt', 'Corefile:1:8: File to import not found: none.txt'],
    ['one {\n import none.txt\n}', 'Corefile:2:9: File to import not found: none.txt'],
    ['import }{$"', 'Corefile:1:8: File to import not found: }{$"'],
    ['import /*/*.txt', 'Corefile:1:8: Glob pattern may only contain one wildcard'],
    ['import /???/?*?o', 'Corefile:1:8: Glob pattern may only contain one wildcard'],
    ['import /??', 'Corefile:1:8: Glob pattern may only contain one wildcard'],
    ['import /[a-z]', 'Corefile:1:8: Glob pattern may only contain one wildcard'],
    ['import {$}', 'Corefile:1:8: File to import not found: {$}'],
    ['import {%}', 'Corefile:1:8: File to import not found: {%}'],
    ['import {%%}', 'Corefile:1:8: File to import not found: {%%}'],
    ['import {$$}', 'Corefile:1:8: Import requires a non-empty filepath'],
    ['import ""', 'Corefile:1:8: Import requires a non-empty filepath'],
    ['import a.txt', 'maximum imports limit reached'],
    ['(s) {\n import s\n}\nimport s', 'Corefile:2:2: maximum imports limit reached'],
    ['(s) {\n {\n }\n import s\n}\nimport s', 'Corefile:4:2: maximum imports limit reached'],
    ['(s) {\n import s\n}\none {\n}', 'Corefile:2:2: maximum imports limit reached'],
    ['(a) {\n import b\n}\n(b) {\n import a\n}\none {\n import a\n}', 'maximum imports limit reached'],
    ['(s) {\n alpha\n}\n(s) {\n beta\n}', 'Corefile:4:1: redeclaration of previously declared snippet s'],
    // A block without braces ends with one too many.
    ['(s) {\n alpha\n}\na.test\nalpha\n}\n(s) {\n beta\n}', 'Corefile:7:1: redeclaration of previously declared snippet s'],
    ['(s)\nalpha', "Corefile:2:1: Expected '{' after the name of a snippet"],
    ['(s) {\n alpha', "Corefile:2:2: Unexpected EOF, expecting '}'"],
    ['one {\n import s\n}\n(s) {\n}', 'Corefile:2:9: File to import not found: s'],
  ])('%j is refused', (text, expected) => {
    expect(complaint(text)).toContain(expected);
  });
});
