import { CorefileError, parseCorefile } from '@nodelocal/dns-cache';
import { describe, expect, it } from 'vitest';

const FILES: Readonly<Record<string, string>> = {
  'zones/a': 'a.example {\n import common\n}',
  'zones/b': 'b.example {\n cache 7\n}',
  options: 'success 1024 9',
  loop: 'import loop',
};

const parse = (text: string) =>
  parseCorefile(text, {
    file: 'Corefile',
    readImport: (pattern) => {
      if (pattern === 'zones/*') {
        return ['zones/a', 'zones/b'].map((file) => ({ file, text: FILES[file] ?? '' }));
      }
      if (pattern === 'none/*') return [];
      const content = FILES[pattern];
      if (content === undefined) throw new Error('no such file');
      return [{ file: pattern, text: content }];
    },
  });

const meaning = (text: string): readonly string[] =>
  parse(text).blocks.map(
    ({ keys, plugins }) =>
      `${keys.map(({ zone }) => zone.text).join(' ')}: ${plugins.map((plugin) => plugin.describe().slice(0, 2).join()).join(' | ')}`,
  );

describe('import', () => {
  it.each([
    ['a snippet', '(s) {\n errors\n cache 30\n}\na.example {\n import s\n}', ['a.example.: errors stdout | cache for a.example.,  success: 9984 entries, TTL 5 s to 30 s']],
    [
      'files with whole blocks, which use snippets of the file that imports them',
      '(common) {\n errors\n}\nimport zones/*\n',
      ['a.example.: errors stdout', 'b.example.: cache for b.example.,  success: 9984 entries, TTL 5 s to 7 s'],
    ],
    ['a snippet in a snippet', '(x) {\n errors\n}\n(y) {\n import x\n}\n. {\n import y\n}', ['.: errors stdout']],
    ['inside the block of a directive', '. {\n cache {\n  import options\n }\n}', ['.: cache for .,  success: 1024 entries, TTL 5 s to 9 s']],
    ['the same line twice stays two lines', '(s) {\n class denial\n}\n. {\n log {\n import s\n import s\n }\n}', ['.: log . "{remote}:{port} - {>id} \\"{type} {class} {name} {proto} {size} {>do} {>bufsize}\\" {rcode} {>rflags} {rsize} {duration}" class denial']],
    ['a pattern without a match', '. {\n import none/*\n errors\n}', ['.: errors stdout']],
    ['not in the midst of a line', '. {\n cache import.example\n}', ['.: cache for import.example.,  success: 9984 entries, TTL 5 s to 3600 s']],
  ])('%s', (_, text, expected) => {
    expect(meaning(text)).toEqual(expected);
  });

  it.each([
    ['. {\n import\n}', 'Corefile:2:2: Import requires a non-empty filepath'],
    ['. {\n import a b\n}', 'Corefile:2:11: Import takes only one argument'],
    ['. {\n import other\n}', 'Corefile:2:9: File to import not found: other: no such file'],
    ['. {\n import a*b*\n}', 'Corefile:2:9: Glob pattern may only contain one wildcard'],
    ['(s) {\n}\n(s) {\n}', 'Corefile:3:1: redeclaration of previously declared snippet s'],
    ['. {\n import later\n}\n(later) {\n}', 'Corefile:2:9: File to import not found: later'],
    ['import loop', 'loop:1:1: maximum imports limit reached'],
    ['(s) {\n import s\n}\n. {\n import s\n}', 'Corefile:2:2: maximum imports limit reached'],
    ['(s) {\n errors', "Corefile:2:2: Unexpected EOF, expecting '}'"],
    ['(s) {\n bogus\n}\n. {\n import s\n}', "Corefile:2:2: Unknown directive 'bogus'"],
  ])('%j', (text, message) => {
    expect(() => parse(text)).toThrow(CorefileError);
    expect(() => parse(text)).toThrow(message);
  });
});
