import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { read, root } from '../repository.ts';
import { unsaidAbsences } from './absence.ts';
import { publishedDeclarations } from './declared.ts';
import { undocumentedNames } from './documented.ts';
import { unsaidMembers } from './members.ts';
import { unpublishedTypes } from './published.ts';

/** What each package publishes, as its build declares it. */
const ENTRIES = {
  'netfilter-sim': ['index.d.ts', 'testing/vitest.d.ts', 'arbitraries/index.d.ts', 'files/index.d.ts', 'json/index.d.ts', 'cli/index.d.ts'],
  'dns-cache': ['index.d.ts', 'sockets/index.d.ts', 'answers/index.d.ts', 'message/index.d.ts', 'agent/index.d.ts'],
  scenarios: ['index.d.ts', 'cli/index.d.ts'],
} as const;

/** The words of docs/glossary.md, each as it stands alone. */
const glossary = new Set([...read('docs/glossary.md').matchAll(/^\| ([^|]+) \|/gm)].flatMap(([, words = '']) => words.split(', ')));

describe.each(Object.entries(ENTRIES))('what %s publishes', (name, entries) => {
  const folder = `${root}packages/${name}/dist/`;
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.d.ts'));
  const declarations = new Map(paths.map((path) => [path, readFileSync(`${folder}${path}`, 'utf8')]));

  it('has every type that its signatures mention', () => {
    expect(unpublishedTypes(declarations, entries)).toEqual([]);
  });

  const published = publishedDeclarations(declarations, entries);

  it('says of each name what it is', () => {
    expect(undocumentedNames(published)).toEqual([]);
  });

  it('says of each member and each parameter what their names and types leave open', () => {
    expect(unsaidMembers(published, glossary)).toEqual([]);
  });

  it('says of each member that may be missing what is so then', () => {
    expect(unsaidAbsences(published)).toEqual([]);
  });

  const { publishConfig } = JSON.parse(read(`packages/${name}/package.json`)) as { readonly publishConfig: { readonly exports: Readonly<Record<string, string | { readonly types: string }>> } };
  const exported = Object.entries(publishConfig.exports).flatMap(([path, one]) => (typeof one === 'string' ? [] : [{ path, types: one.types.replace('./dist/', '') }]));

  it('is all that its manifest exports', () => {
    expect([...entries].sort()).toEqual(exported.map(({ types }) => types).sort());
  });

  it('is named in its README, path by path', () => {
    const page = read(`packages/${name}/README.md`);
    const paths = exported.map(({ path }) => `@nodelocal/${name}${path.slice(1)}`);
    expect(paths.filter((path) => !new RegExp(`[\`']${path}[\`']`).test(page))).toEqual([]);
  });
});

it('a type that is not published is named with its file and with who mentions it', () => {
  const declarations = new Map([
    ['index.d.ts', "export type * from './shown.ts';\nexport { make } from './make.js';\nexport type { Same } from './same.ts';"],
    ['shown.d.ts', "import type { Hidden } from './hidden.ts';\nexport interface Shown<T> { readonly hidden: Hidden; readonly list: readonly T[] }"],
    ['make.d.ts', "import type { Shown } from './shown.ts';\nimport type { Same as Other } from './other.ts';\nexport declare const make: (from: Shown<Other>) => Date;"],
    ['hidden.d.ts', 'export interface Hidden { readonly x: number }'],
    ['same.d.ts', 'export type Same = number;'],
    ['other.d.ts', 'export type Same = string;\nexport type T = 1;'],
  ]);
  expect(unpublishedTypes(declarations, ['index.d.ts'])).toEqual(['Same of other.d.ts, in make', 'Hidden of hidden.d.ts, in Shown']);
});

it('a name that nothing is said of is named with its file', () => {
  const declarations = new Map([
    ['index.d.ts', "export * from './some.ts';\nexport { one } from './more.js';\n/** Said. */\nexport declare const said: number;"],
    ['some.d.ts', '/** A page, not a name. */\nimport x from "./x.ts";\nexport interface Bare { readonly x: number }\n/** Said. */\nexport type Said = 1;'],
    ['more.d.ts', 'export declare const one: 1, two: 2;'],
  ]);
  expect(undocumentedNames(publishedDeclarations(declarations, ['index.d.ts']))).toEqual(['Bare of some.d.ts', 'one of more.d.ts']);
});

describe('a member or a parameter', () => {
  const unsaid = (text: string): readonly string[] =>
    unsaidMembers(publishedDeclarations(new Map([['index.d.ts', text]]), ['index.d.ts']), new Set(['device'])).map((line) => line.replace(', index.d.ts', ''));

  it.each([
    ['a number', 'port: number', ['port'], 'waitMs: number; lengthOctets: bigint'],
    ['a text', 'name: string; names: readonly string[]', ['name', 'names'], 'inDevice: string; devices: readonly string[]'],
    ['octets', 'data: Uint8Array', ['data'], 'octets: Uint8Array'],
    ['a yes or no', 'up: boolean', ['up'], 'isUp: boolean; hasPorts: boolean'],
    ['what may be missing', 'waitMs?: number; found: Found | undefined', ['waitMs', 'found'], 'found: Found'],
    ['what is in a container', 'byName: ReadonlyMap<string, Found>', ['byName'], 'byFound: ReadonlyMap<Found, readonly Found[]>'],
    ['a literal', 'all: 1 | string', ['all'], "all: 'none' | 1 | true"],
    ['what can be called', 'tell: () => void; ask(): Found', ['tell', 'ask'], 'found: Found'],
    ['a tuple', 'ends: readonly [from: number, to: number]', ['ends'], 'ends: readonly [Found, ...Found[]]'],
  ])('%s is said by its name and type, or is not', (_, bare, names, said) => {
    expect(unsaid(`export interface Shown { ${bare} }`)).toEqual(names.map((name) => `${name} of Shown`));
    expect(unsaid(`export interface Shown { ${said} }`)).toEqual([]);
  });

  it('is said by a comment above it, or above what it is a part of where that names it', () => {
    expect(unsaid('export interface Shown {\n  /** From 1. */\n  line: number;\n  column: number }')).toEqual(['column of Shown']);
    expect(unsaid('/** `line` and column. */\nexport interface Shown { line: number; column: number }')).toEqual(['column of Shown']);
    expect(unsaid("export type Shown =\n  /** `line` is from 1. */\n  | { line: number } | { line: number }")).toEqual(['line of Shown']);
    expect(unsaid('export interface Shown {\n  /** From 1. */\n  at: { line: number; column: number };\n  end: { line: number } }')).toEqual(['line of Shown']);
  });

  it('that may be missing has a comment that says what is so then', () => {
    const absences = (text: string): readonly string[] => unsaidAbsences(publishedDeclarations(new Map([['index.d.ts', text]]), ['index.d.ts']));
    expect(absences('export interface Shown {\n  /** A port. */\n  port?: number;\n  /** A name. */\n  name: string | undefined;\n  /** A rule. */\n  rule: Rule }')).toEqual([
      'port of Shown, index.d.ts', 'name of Shown, index.d.ts',
    ]);
    expect(absences('export interface Shown {\n  /** Absent: 53. */\n  port?: number;\n  /** Both `undefined`: any. */\n  ends: { from?: number; to?: number } }')).toEqual([]);
    expect(absences('/** Any where it is missing. */\nexport interface Shown { port?: number }')).toEqual([]);
  });

  it('of a function is said by its comment', () => {
    expect(unsaid('/** The text, `from` there. @param to the end */\nexport declare const cut: (text: string, from: number, to: number, by?: number) => string;')).toEqual(['by of cut']);
    expect(unsaid('/** The text. */\nexport declare function cut(text: string, at: number, options?: CutOptions): string;')).toEqual(['at of cut']);
    expect(unsaid('/** Cut. */\nexport declare const cut: ({ at }: { readonly at: number }) => void;')).toEqual(['at of cut']);
    expect(unsaid('/** With its `reason`. */\nexport declare class CutError extends Error { #own; private hidden: number; shown: number; constructor(reason: string, at: number); }')).toEqual(['shown of CutError', 'at of CutError']);
  });
});
