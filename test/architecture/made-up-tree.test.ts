import { describe, expect, it } from 'vitest';
import { findingsIn } from './findings.ts';
import { readPlan } from './floors.ts';

/** A house of two packages, with a table as ARCHITECTURE.md has it. */
const TABLE = `
| floor | room | what lives there |
| --- | --- | --- |
| 0 | \`cache/\` | loose files |
| 1 | \`cache/store/\` | entries |
| 2 | \`cache/plugins/*/\` | a folder each |
| 3 | \`cache/plugins/\` | the table of them |
| 4 | \`cache/server/\` | who serves |
| 5 | \`cache/index.ts\` | what is published |
| 6 | \`runs/\` | experiments |

| rooms | why |
| --- | --- |
| apart: \`cache/plugins/\`, \`cache/server/\` | a plugin serves any server |
`;

const manifest = (name: string): string =>
  JSON.stringify({ name: `@nodelocal/${name}`, exports: { '.': { '@nodelocal/source': './src/index.ts' } } });

const HOUSE: Readonly<Record<string, string>> = {
  'packages/cache/package.json': manifest('cache'),
  'packages/cache/src/time.ts': 'export type Instant = number;',
  'packages/cache/src/store/entry.ts': "import type { Instant } from '../time.ts';\nexport interface Entry { readonly at: Instant }",
  'packages/cache/src/plugins/log/index.ts': "import type { Entry } from '../../store/entry.ts';\nexport const log = (entry: Entry) => entry;",
  'packages/cache/src/plugins/loop/index.ts': 'export const loop = 1;',
  'packages/cache/src/plugins/index.ts': "export { log } from './log/index.ts';",
  'packages/cache/src/server/serve.ts': "export type { Entry } from '../store/entry.ts';",
  'packages/cache/src/index.ts': "export { log } from './plugins/index.ts';\nexport * from './time.ts';",
  'packages/runs/package.json': manifest('runs'),
  'packages/runs/src/index.ts': "import { log } from '@nodelocal/cache';\nexport const run = log;",
};

/** What is found where these files are put in the place of the house's own, or beside them. */
const findings = (changed: Readonly<Record<string, string>> = {}): readonly string[] =>
  findingsIn(new Map(Object.entries({ ...HOUSE, ...changed })), readPlan(TABLE));

describe('the test of the floors', () => {
  it('finds nothing where all imports run down', () => {
    expect(findings()).toEqual([]);
  });

  it('names an import that runs up, with its line and what to do', () => {
    expect(findings({ 'packages/cache/src/store/entry.ts': "// Why.\nimport { loop } from '../plugins/loop/index.ts';" })).toEqual([
      'packages/cache/src/store/entry.ts:2 is on floor 1 and imports packages/cache/src/plugins/loop/index.ts on floor 2: ' +
        'move what both need to a room below them, or this line to a room above',
    ]);
  });

  it.each([
    ['a type', "import type { Entry } from './store/entry.ts';"],
    ['a re-export', "export { loop } from './plugins/loop/index.ts';"],
    ['all of a file', "export type * from './plugins/loop/index.ts';"],
    ['for its effect', "import './plugins/loop/index.ts';"],
    ['when it runs', "export const later = () => import('./plugins/loop/index.ts');"],
  ])('sees an import of %s', (_, line) => {
    expect(findings({ 'packages/cache/src/time.ts': line })).toContainEqual(
      expect.stringMatching(/^packages\/cache\/src\/time\.ts:1 is on floor 0 and imports packages\/cache\/src\/(plugins|store)\//),
    );
  });

  it('names an import of a sibling: like rooms do not know each other', () => {
    expect(findings({ 'packages/cache/src/plugins/loop/index.ts': "export { log } from '../log/index.ts';" })).toEqual([
      expect.stringMatching(/^packages\/cache\/src\/plugins\/loop\/index\.ts:1 is on floor 2 and imports .*\/log\/index\.ts on floor 2: /),
    ]);
  });

  it('names an import of what a package publishes by its own ground floor', () => {
    expect(findings({ 'packages/cache/src/time.ts': "export type { Entry } from './index.ts';" })).toEqual(
      expect.arrayContaining([expect.stringMatching(/time\.ts:1 is on floor 0 and imports packages\/cache\/src\/index\.ts on floor 5/)]),
    );
  });

  it('names an import between rooms that keep apart, though it runs down', () => {
    expect(findings({ 'packages/cache/src/server/serve.ts': "export { log } from '../plugins/log/index.ts';" })).toEqual([
      'packages/cache/src/server/serve.ts:1 imports packages/cache/src/plugins/log/index.ts, but cache/server/ and ' +
        'cache/plugins/ keep apart: move what both need to a room below them, or this line to a room above',
    ]);
  });

  it('names a circle inside one room, type imports included, by its shortest way', () => {
    expect(
      findings({
        'packages/cache/src/store/entry.ts': "import type { Key } from './key.ts';\nexport type Entry = Key;",
        'packages/cache/src/store/key.ts': "import type { Entry } from './entry.ts';\nexport type Key = Entry;",
      }),
    ).toEqual([
      'packages/cache/src/store/entry.ts -> packages/cache/src/store/key.ts -> packages/cache/src/store/entry.ts: ' +
        'a circle of imports; move what both need to a room below them, or this line to a room above',
    ]);
  });

  it('names a circle of tests', () => {
    expect(
      findings({
        'packages/cache/test/one.ts': "import './other.ts';",
        'packages/cache/test/other.ts': "import './one.ts';",
      }),
    ).toEqual([expect.stringContaining('packages/cache/test/one.ts -> packages/cache/test/other.ts')]);
  });

  it.each(["import { Entry } from '../../cache/src/store/entry.ts';", "import { Entry } from '@nodelocal/cache/src/store/entry.ts';"])(
    'names an import of the inside of another package: %s',
    (line) => {
      expect(findings({ 'packages/runs/src/index.ts': line })).toContainEqual(
        expect.stringMatching(/^packages\/runs\/src\/index\.ts:1 imports .*, the inside of another package: publish it/),
      );
    },
  );

  it('names a folder without a row, and a row without a folder', () => {
    expect(findings({ 'packages/cache/src/attic/box.ts': 'export const box = 1;' })).toEqual([
      'packages/cache/src/attic/ has no floor: give it a row in ARCHITECTURE.md',
    ]);
    const { 'packages/cache/src/store/entry.ts': _, 'packages/cache/src/plugins/log/index.ts': __, ...rest } = HOUSE;
    expect(findingsIn(new Map(Object.entries(rest)), readPlan(TABLE))).toContain('cache/store: a row in ARCHITECTURE.md for nothing');
  });
});
