import { findingsIn } from './findings.ts';
import { readPlan } from './floors.ts';

/** What ARCHITECTURE.md would say of it. */
const PLAN = `
# Of something else

| 9 | \`cache/time.ts\` | a table that says nothing of the house |

## The house

| floor | room | what lives there |
| --- | --- | --- |
| 0 | \`cache/\` | loose files |
| 1 | \`cache/store/\` | entries |
| 2 | \`cache/plugins/*/*/\` | what a plugin needs for itself |
| 3 | \`cache/plugins/*/\` | a folder each |
| 4 | \`cache/plugins/view/\` | one that may look at the others' floor |
| 5 | \`cache/plugins/\` | the table of them |
| 6 | \`cache/server/\` | who serves |
| 7 | \`cache/index.ts\` | what is published |
| 8 | \`runs/\` | experiments |

| rooms | why |
| --- | --- |
| apart: \`cache/plugins/\`, \`cache/server/\` | a plugin serves any server |
| apart: \`cache/plugins/*/\` | a plugin knows no other |

## Ways

| 9 | \`cache/nowhere/\` | nor does this |
`;

const manifest = (name: string): string =>
  JSON.stringify({ name: `@nodelocal/${name}`, exports: { '.': { '@nodelocal/source': './src/index.ts' } } });

/** Two packages whose imports all run down; some leave a file and come together again, and none goes round. */
const HOUSE: Readonly<Record<string, string>> = {
  'packages/cache/package.json': manifest('cache'),
  'packages/cache/src/time.ts': 'export type Instant = number;',
  'packages/cache/src/store/entry.ts': "import type { Instant } from '../time.ts';\nexport interface Entry { readonly at: Instant }",
  'packages/cache/src/store/key.ts': "import type { Instant } from '../time.ts';\nimport type { Entry } from './entry.ts';\nexport type Key = Entry | Instant;",
  'packages/cache/src/plugins/log/index.ts': "import { line } from './text/line.ts';\nexport const log = line;",
  'packages/cache/src/plugins/log/text/line.ts': "import type { Entry } from '../../../store/entry.ts';\nexport const line = (entry: Entry) => entry;",
  'packages/cache/src/plugins/loop/index.ts': 'export const loop = 1;',
  'packages/cache/src/plugins/view/index.ts': 'export const view = 1;',
  'packages/cache/src/plugins/index.ts': "export { log } from './log/index.ts';\nexport { view } from './view/index.ts';",
  'packages/cache/src/server/serve.ts': "export type { Entry } from '../store/entry.ts';",
  'packages/cache/src/index.ts': "export { log } from './plugins/index.ts';\nexport * from './time.ts';",
  'packages/runs/package.json': manifest('runs'),
  'packages/runs/README.md': '',
  'packages/runs/src/index.ts': "import { log } from '@nodelocal/cache';\nimport dns from 'dns-packet';\nexport const run = [log, dns];",
};

/** What is found where these files stand in the place of the house's own, or beside them; `undefined` takes a file away. */
export const findings = (changed: Readonly<Record<string, string | undefined>> = {}, plan = PLAN): readonly string[] =>
  findingsIn(
    new Map(Object.entries({ ...HOUSE, ...changed }).flatMap(([path, text]) => (text === undefined ? [] : [[path, text] as const]))),
    readPlan(plan),
  );

/** The same with another line in the first table. */
export const findingsWithRow = (row: string): readonly string[] => findings({}, PLAN.replace('| 1 |', `${row}\n| 1 |`));
