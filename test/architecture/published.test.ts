import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { read, root } from '../repository.ts';
import { undocumentedNames } from './documented.ts';
import { unpublishedTypes } from './published.ts';

/** What each package publishes, as its build declares it. */
const ENTRIES = {
  'netfilter-sim': ['index.d.ts', 'testing/vitest.d.ts', 'arbitraries/index.d.ts', 'files/index.d.ts', 'json/index.d.ts', 'cli/index.d.ts'],
  'dns-cache': ['index.d.ts', 'sockets/index.d.ts', 'answers/index.d.ts', 'message/index.d.ts', 'agent/index.d.ts'],
  scenarios: ['index.d.ts', 'cli/index.d.ts'],
} as const;

describe.each(Object.entries(ENTRIES))('what %s publishes', (name, entries) => {
  const folder = `${root}packages/${name}/dist/`;
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.d.ts'));
  const declarations = new Map(paths.map((path) => [path, readFileSync(`${folder}${path}`, 'utf8')]));

  it('has every type that its signatures mention', () => {
    expect(unpublishedTypes(declarations, entries)).toEqual([]);
  });

  it('says of each name what it is', () => {
    expect(undocumentedNames(declarations, entries)).toEqual([]);
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
  expect(undocumentedNames(declarations, ['index.d.ts'])).toEqual(['Bare of some.d.ts', 'one of more.d.ts']);
});
