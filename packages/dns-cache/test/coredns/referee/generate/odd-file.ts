import { chanceOf } from './chance.ts';
import type { Chance } from './chance.ts';
import type { Lines } from './directives.ts';
import { directiveLinesBy } from './odd-lines.ts';
import { ODD_KEYS, ODD_WORDS } from './odd-words.ts';

/** A Corefile in which something is wrong, odd or unusual, and the files beside it. */
export interface GeneratedFile {
  readonly what: readonly string[];
  readonly corefile: string;
  readonly files: Readonly<Record<string, string>>;
}

const FILES = {
  hosts: '10.8.8.8 a.test file.test\n',
  weights: 'a.test\n10.0.0.1 3\n10.0.0.2 1\n',
  'part.conf': 'errors\nlog\n',
  'other.conf': '# only a note\n',
} as const;

const KEYS = ['.:{port}', '.:{port}', '.:{port}', 'test:{port} other:{port}', 'cluster.local:{port}', '10.0.0.0/24:{port}', '.'] as const;

const blockBy = (chance: Chance, key: string): Lines => [`${key} {`, ...directiveLinesBy(chance).map((line) => `    ${line}`), ...chance.perhaps(0.8, () => '    bind 127.0.0.1'), '}'];

const SNIPPET: Lines = ['(common) {', '    errors', '    log . {', '        class all', '    }', '}'];

const linesBy = (chance: Chance): Lines => [
  ...chance.perhaps(0.6, () => SNIPPET).flat(),
  ...Array.from({ length: chance.one([1, 1, 2, 3]) }).flatMap((_, at) => blockBy(chance, at === 0 ? chance.one(KEYS) : chance.one(['other:{port}', 'test:{port}', '.:{port}', 'z.test:{port}']))),
];

interface Cut {
  readonly indent: string;
  readonly words: readonly string[];
}

const cut = (line: string): Cut => ({ indent: /^\s*/.exec(line)?.[0] ?? '', words: line.split(/\s+/).filter((word) => word !== '') });
const joined = ({ indent, words }: Cut): string => `${indent}${words.join(' ')}`;

/** Changes the words of one line. */
type WordChange = (chance: Chance, words: readonly string[]) => readonly string[];

const placeIn = (chance: Chance, words: readonly string[]): number => chance.below(Math.max(1, words.length));

const WORD_CHANGES: readonly (readonly [string, WordChange])[] = [
  ['word left out', (chance, words) => words.toSpliced(placeIn(chance, words), 1)],
  ['word added', (chance, words) => words.toSpliced(chance.below(words.length + 1), 0, chance.one(ODD_WORDS))],
  ['word changed', (chance, words) => words.toSpliced(placeIn(chance, words), 1, chance.one(ODD_WORDS))],
  ['argument changed', (chance, words) => (words.length < 2 ? [...words, chance.one(ODD_WORDS)] : words.toSpliced(1 + chance.below(words.length - 1), 1, chance.one(ODD_WORDS)))],
  ['argument changed', (chance, words) => words.toSpliced(words.length > 1 ? words.length - 1 : 1, 1, chance.one(ODD_WORDS))],
  ['words added', (chance, words) => [...words, ...Array.from({ length: chance.one([1, 2, 5]) }, () => chance.one(ODD_WORDS))]],
  ['word twice', (chance, words) => words.flatMap((word, at) => (at === placeIn(chance, words) ? [word, word] : [word]))],
  ['words swapped', (_, words) => words.toReversed()],
  ['capitals', (chance, words) => words.map((word) => (chance.maybe(0.5) ? word.toUpperCase() : word))],
  ['quotes', (chance, words) => words.map((word) => (chance.maybe(0.4) ? `"${word}"` : word))],
  ['half a quote', (chance, words) => words.toSpliced(placeIn(chance, words), 1, `"${words[0] ?? ''}`)],
  ['misspelt', (chance, words) => words.map((word, at) => (at === 0 ? `${word.slice(0, -1)}${chance.one(['', 'x', 's', '-', '_'])}` : word))],
  ['without arguments', (_, words) => words.slice(0, 1)],
  ['without options', (_, words) => words.filter((word) => word !== '{')],
];

/** Changes lines at a place. */
type LineChange = (chance: Chance, lines: Lines, at: number) => Lines;

const ENDINGS = [' # note', '# note', '\t', '  ', ';', ',', String.raw` \ `, ' \\', '\r', '\u00a0', '\ufeff', ' {', ' }', ' { }', ' {}', '}', '{', ' "', '""', ' import common', '\n\n', '\u0085', '\u2028', '\v'] as const;
const EXTRA_LINES = ['{', '}', '{ }', '#', '# {', '""', '"', '\\', 'import common', 'import none', 'import nope*', 'import {dir}/part.conf', 'import', 'import {dir}/*.conf x', '(late) {', 'fallthrough', 'x y z', 'xyzzy', 'cache', 'errors', 'log', 'bind 127.0.0.1', 'forward . 127.0.0.1:1', 'forward test 127.0.0.1:1 127.0.0.1:2', 'prometheus', 'loop', 'reload 1s', 'whoami x', 'test {', '{$ODD_NONE}', '{$ODD_ZONE}', '{$ODD_WORDS}'] as const;

const LINE_CHANGES: readonly (readonly [string, LineChange])[] = [
  ['line twice', (_, lines, at) => lines.toSpliced(at, 0, lines[at] ?? '')],
  ['line left out', (_, lines, at) => lines.toSpliced(at, 1)],
  ['lines joined', (_, lines, at) => lines.toSpliced(at, 2, `${lines[at] ?? ''} ${(lines[at + 1] ?? '').trim()}`)],
  ['line split', (chance, lines, at) => {
    const { indent, words } = cut(lines[at] ?? '');
    const where = chance.below(words.length + 1);
    return lines.toSpliced(at, 1, joined({ indent, words: words.slice(0, where) }), joined({ indent, words: words.slice(where) }));
  }],
  ['line elsewhere', (chance, lines, at) => lines.toSpliced(at, 1).toSpliced(chance.below(lines.length), 0, lines[at] ?? '')],
  ['line added', (chance, lines, at) => lines.toSpliced(at, 0, `    ${chance.one(EXTRA_LINES)}`)],
  ['option added', (chance, lines, at) => lines.toSpliced(at, 1, lines[at] ?? '', `        ${chance.one(ODD_WORDS)}`)],
  ['odd ending', (chance, lines, at) => lines.with(at, `${lines[at] ?? ''}${chance.one(ENDINGS)}`)],
  ['brace alone', (_, lines, at) => lines.toSpliced(at, 1, (lines[at] ?? '').replace(/ \{$/, ''), '    {')],
  ['empty block', (_, lines, at) => lines.toSpliced(at, 1, `${(lines[at] ?? '').replace(/ \{$/, '')} {`, '    }')],
  ['block behind it', (_, lines, at) => lines.toSpliced(at, 1, `${lines[at] ?? ''} {`, '        x', '    }')],
  ['key changed', (chance, lines) => changeKey(chance, lines, () => chance.one(ODD_KEYS))],
  ['key changed', (chance, lines) => changeKey(chance, lines, () => chance.one(ODD_KEYS))],
  ['key added', (chance, lines) => changeKey(chance, lines, (key) => `${key}${chance.one([' ', ', ', ',', '\n', ',\n'])}${chance.one(ODD_KEYS)}`)],
  ['key twice', (chance, lines) => changeKey(chance, lines, (key) => `${key} ${key}`)],
  ['block twice', (chance, lines) => [...lines, ...blockBy(chance, lines.find((line) => /^\S.* \{$/.test(line))?.replace(/ \{$/, '') ?? '.')]],
  ['snippet', (chance, lines) => [...chance.one<Lines>([['(common) {', '    errors', '}'], ['(common) {', '    import common', '}'], ['(a) (b) {', '    errors', '}'], ['(common)', '{', '    errors', '}'], ['(common) {', '}'], ['(odd name) {', '}'], ['(x) { errors }']]), ...lines]],
  ['cut off', (chance, lines) => lines.slice(0, 1 + chance.below(lines.length))],
];

const changeKey = (chance: Chance, lines: Lines, change: (key: string) => string): Lines => {
  const heads = lines.flatMap((line, at) => (/^\S.* \{$/.test(line) ? [at] : []));
  const at = heads.length === 0 ? 0 : chance.one(heads);
  return lines.with(at, `${change((lines[at] ?? '').replace(/ \{$/, ''))} {`);
};

/** Changes the text as a whole. */
const TEXT_CHANGES: readonly (readonly [string, (chance: Chance, text: string) => string])[] = [
  ['CRLF', (_, text) => text.replaceAll('\n', '\r\n')],
  ['CR', (_, text) => text.replaceAll('\n', '\r')],
  ['tabs', (_, text) => text.replaceAll('    ', '\t')],
  ['no-break spaces', (_, text) => text.replaceAll('    ', '\u00a0')],
  ['byte order mark', (_, text) => `\ufeff${text}`],
  ['no last line end', (_, text) => text.trimEnd()],
  ['cut off', (chance, text) => text.slice(0, chance.below(text.length))],
  ['letter left out', (chance, text) => {
    const at = chance.below(text.length);
    return `${text.slice(0, at)}${text.slice(at + 1)}`;
  }],
  ['nothing', (chance) => chance.one(['', '\n', '#\n', '   ', '{\n}\n', '.\n', '.', '. {', '. {}', '. { }\n', '.:{port} { errors }\n', '.:{port}\nerrors\n', '.:{port}\nbind 127.0.0.1\nlog\n', 'import {dir}/part.conf\n', '(a) {\n}\n', '.:{port} {\n}\n.:{port} {\n}\n'])],
];

/** Mostly of a directive or an option: without its key a block is soon nothing at all. */
const lineIn = (chance: Chance, lines: Lines): number => {
  const inside = lines.flatMap((line, at) => (/^\s+[^\s}]/.test(line) ? [at] : []));
  return inside.length > 0 && chance.maybe(0.85) ? chance.one(inside) : chance.below(lines.length);
};

const changed = (chance: Chance, lines: Lines): readonly [string, Lines] => {
  const at = lineIn(chance, lines);
  if (chance.maybe(0.55)) {
    const [what, change] = chance.one(WORD_CHANGES);
    const { indent, words } = cut(lines[at] ?? '');
    return [what, lines.with(at, joined({ indent, words: change(chance, words) }))];
  }
  const [what, change] = chance.one(LINE_CHANGES);
  return [what, change(chance, lines, at)];
};

/** The odd Corefile of a seed. */
export const oddFileOf = (seed: number): GeneratedFile => {
  const chance = chanceOf(seed);
  const what: string[] = [];
  let lines = linesBy(chance);
  for (let times = chance.one([0, 1, 1, 1, 1, 2, 2, 3]); times > 0 && lines.length > 0; times -= 1) {
    const [did, next] = changed(chance, lines);
    what.push(did);
    lines = next;
  }
  const text = `${lines.join('\n')}\n`;
  if (!chance.maybe(0.06)) return { what, corefile: text, files: FILES };
  const [did, change] = chance.one(TEXT_CHANGES);
  return { what: [...what, did], corefile: change(chance, text), files: FILES };
};
