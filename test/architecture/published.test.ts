import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { root } from '../repository.ts';
import { unpublishedTypes } from './published.ts';

/** What each package publishes, as its build declares it. */
const ENTRIES = {
  'netfilter-sim': ['index.d.ts', 'testing/vitest.d.ts', 'arbitraries/index.d.ts', 'files/index.d.ts'],
  'dns-cache': ['index.d.ts', 'sockets/index.d.ts', 'answers/index.d.ts', 'message/index.d.ts', 'agent/index.d.ts'],
  scenarios: ['index.d.ts'],
} as const;

describe('what a package publishes', () => {
  it.each(Object.entries(ENTRIES))('%s names every type that its signatures mention', (name, entries) => {
    const folder = `${root}packages/${name}/dist/`;
    const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.d.ts'));
    const declarations = new Map(paths.map((path) => [path, readFileSync(`${folder}${path}`, 'utf8')]));
    expect(unpublishedTypes(declarations, entries)).toEqual([]);
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
