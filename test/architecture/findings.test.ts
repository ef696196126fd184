import { describe, expect, it } from 'vitest';
import { findings, findingsWithRow } from './made-up-house.ts';

const WAY_OUT = 'move what both need to a room below them, or this line to a room above';

const CACHE = 'packages/cache/src';
const TIME = `${CACHE}/time.ts`;
const ENTRY = `${CACHE}/store/entry.ts`;
const LOOP = `${CACHE}/plugins/loop/index.ts`;
const SERVE = `${CACHE}/server/serve.ts`;

describe('an import', () => {
  it('may run down', () => {
    expect(findings()).toEqual([]);
  });

  it('may not run up: it is named with its line and what to do', () => {
    expect(findings({ [ENTRY]: "// Why.\nimport { loop } from '../plugins/loop/index.ts';" })).toEqual([
      `${ENTRY}:2 is on floor 1 and imports ${LOOP} on floor 3: ${WAY_OUT}`,
    ]);
  });

  it.each([
    ['a type', "import type { Entry } from './store/entry.ts';"],
    ['a type, in its place', "export type Found = import('./store/entry.ts').Entry;"],
    ['over several lines', "import {\n  type Entry,\n} from './store/entry.ts';"],
    ['a re-export', "export { loop } from './plugins/loop/index.ts';"],
    ['all of a file', "export type * from './plugins/loop/index.ts';"],
    ['all of a file by one name', "export * as loops from './plugins/loop/index.ts';"],
    ['for its effect', "import './plugins/loop/index.ts';"],
    ['when it runs', "export const later = () => import('./plugins/loop/index.ts');"],
    ['when it runs, in backquotes', 'export const later = () => import(`./plugins/loop/index.ts`);'],
  ])('is seen: %s', (_, line) => {
    expect(findings({ [TIME]: line })).toContainEqual(
      expect.stringMatching(/^packages\/cache\/src\/time\.ts:[13] is on floor 0 and imports packages\/cache\/src\/(plugins|store)\//),
    );
  });

  it('is not seen in a comment or a string', () => {
    expect(findings({ [TIME]: "// import './plugins/loop/index.ts';\nexport const text = \"import './plugins/loop/index.ts'\";" })).toEqual([]);
  });

  it('may not lead to a sibling: like rooms do not know each other', () => {
    expect(findings({ [LOOP]: "export { log } from '../log/index.ts';" })).toEqual([
      `${LOOP}:1 is on floor 3 and imports ${CACHE}/plugins/log/index.ts on floor 3: ${WAY_OUT}`,
      `${LOOP}:1 imports ${CACHE}/plugins/log/index.ts, but cache/plugins/loop/ and cache/plugins/log/ keep apart: ${WAY_OUT}`,
    ]);
  });

  it('may not lead into a room of a sibling, though it runs down', () => {
    expect(findings({ [LOOP]: "export { line } from '../log/text/line.ts';" })).toEqual([
      `${LOOP}:1 imports ${CACHE}/plugins/log/text/line.ts, but cache/plugins/loop/ and cache/plugins/log/ keep apart: ${WAY_OUT}`,
    ]);
  });

  it('may not cross between rooms that keep apart, though it runs down', () => {
    expect(findings({ [SERVE]: "export { log } from '../plugins/log/index.ts';" })).toEqual([
      `${SERVE}:1 imports ${CACHE}/plugins/log/index.ts, but cache/server/ and cache/plugins/ keep apart: ${WAY_OUT}`,
    ]);
  });

  it('of what the package publishes is none for its own ground floor', () => {
    expect(findings({ [TIME]: "export type { Entry } from './index.ts';" })).toContain(
      `${TIME}:1 is on floor 0 and imports ${CACHE}/index.ts on floor 7: ${WAY_OUT}`,
    );
  });

  it.each(['../../cache/src/store/entry.ts', '@nodelocal/cache/src/store/entry.ts'])(
    'of the inside of another package is named: %s',
    (specifier) => {
      expect(findings({ 'packages/runs/src/index.ts': `import type { Entry } from '${specifier}';` })).toEqual([
        `packages/runs/src/index.ts:1 imports ${specifier}, which no package publishes: name it in the other's index.ts, or do without`,
      ]);
    },
  );

  it.each(['./store/entry.js', './store/entry', '../dist/time.js', '#store/entry.ts'])('must name a file that is here: %s', (specifier) => {
    expect(findings({ [TIME]: `import '${specifier}';` })).toEqual([
      `${TIME}:1 imports ${specifier}, which is no file here: write its path as it is, with its .ts`,
    ]);
  });

  it('must be a plain path', () => {
    expect(findings({ [TIME]: 'export const load = (name: string) => import(name);' })).toEqual([
      `${TIME}:1 imports what shows only when it runs: write a plain path`,
    ]);
  });

  it('is seen in files of other endings', () => {
    expect(findings({ [`${CACHE}/store/more.mts`]: "import '../server/serve.ts';" })).toEqual([
      `${CACHE}/store/more.mts:1 is on floor 1 and imports ${SERVE} on floor 6: ${WAY_OUT}`,
    ]);
  });
});

describe('a circle', () => {
  it('is named inside one room too, type imports included, by its shortest way', () => {
    const way = [ENTRY, `${CACHE}/store/key.ts`, ENTRY].join(' -> ');
    expect(findings({ [ENTRY]: "import type { Key } from './key.ts';\nexport type Entry = Key;" })).toEqual([
      `${way}: a circle of imports; ${WAY_OUT}`,
    ]);
  });

  it('may be of three, of one, or of tests', () => {
    const test = 'packages/cache/test';
    const found = findings({
      [`${test}/one.ts`]: "import './two.ts';",
      [`${test}/two.ts`]: "import './three.ts';",
      [`${test}/three.ts`]: "import './one.ts';",
      [`${test}/itself.ts`]: "import './itself.ts';",
    });
    expect(found).toEqual([
      `${test}/one.ts -> ${test}/two.ts -> ${test}/three.ts -> ${test}/one.ts: a circle of imports; ${WAY_OUT}`,
      `${test}/itself.ts -> ${test}/itself.ts: a circle of imports; ${WAY_OUT}`,
    ]);
  });
});

describe('a row', () => {
  it('is missed by a folder that has none', () => {
    expect(findings({ [`${CACHE}/attic/box.ts`]: 'export const box = 1;' })).toEqual([
      `${CACHE}/attic/ has no floor: give it a row in ARCHITECTURE.md`,
    ]);
  });

  it('is of no use without its folder', () => {
    expect(findings({ [SERVE]: undefined })).toEqual([
      'cache/server: a row in ARCHITECTURE.md for nothing, or the second for the same',
      'cache/server: a row in ARCHITECTURE.md for nothing, or the second for the same',
    ]);
  });

  it('stands for one folder once', () => {
    expect(findingsWithRow('| 5 | `cache/plugins/` | again |')).toEqual([
      'cache/plugins: a row in ARCHITECTURE.md for nothing, or the second for the same',
    ]);
  });

  it.each(['| x | `cache/store/` | no floor |', '| 1 | cache/store/ | no backquotes |', '| 1 | `cache/store/` |', '| Apart: `cache/store/` | why |'])(
    'that cannot be read is named: %s',
    (row) => {
      expect(findingsWithRow(row)).toEqual([expect.stringContaining(`${row} cannot be read: a row of rooms is`)]);
    },
  );

  it('of rooms that keep apart names rooms', () => {
    expect(findingsWithRow('| apart: `cache/sore/`, `cache/server/` | a slip of the pen |')).toEqual([
      'cache/sore: a row in ARCHITECTURE.md for nothing, or the second for the same',
    ]);
  });
});
