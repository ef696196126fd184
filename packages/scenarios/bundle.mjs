import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

/*
 * What pages carry with them, made of src/browser/ once the compiler is through: the script of a report, and the playground
 * as one file. Does nothing where both are newer than everything that they are made of.
 */

const HERE = fileURLToPath(new URL('.', import.meta.url));
const PAGES = join(HERE, 'dist/pages');
const REPORT = join(PAGES, 'report.js');
const PLAYGROUND = join(PAGES, 'playground.html');
/** What the playground begins with. */
const EXAMPLE = join(HERE, 'nodes/lesson');

const scriptOf = async (name) => {
  const bundle = await rolldown({
    input: join(HERE, `src/browser/${name}.ts`),
    platform: 'browser',
    resolve: { conditionNames: ['@nodelocal/source', 'import', 'browser', 'default'] },
    onLog: (level, { message }) => {
      if (level === 'warn') throw new Error(`bundle.mjs: ${message}`);
    },
  });
  const { output } = await bundle.generate({ format: 'iife', minify: true });
  // Inside a page nothing but the page itself may end the script.
  return output[0].code.replaceAll('</script', String.raw`<\/script`);
};

const newestIn = (folder) =>
  Math.max(0, ...readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map(({ parentPath, name }) => statSync(join(parentPath, name)).mtimeMs));

const writtenAt = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

const packages = join(HERE, '..');
const sources = ['netfilter-sim/src', 'dns-cache/src', 'scenarios/src', 'scenarios/nodes'].map((folder) => newestIn(join(packages, folder)));
const newest = Math.max(...sources, writtenAt(fileURLToPath(import.meta.url)));
if (Math.min(writtenAt(REPORT), writtenAt(PLAYGROUND)) < newest) {
  const { drawPlayground } = await import('./dist/playground/document.js');
  const contents = Object.fromEntries(readdirSync(EXAMPLE).map((name) => [name, readFileSync(join(EXAMPLE, name), 'utf8')]));
  mkdirSync(PAGES, { recursive: true });
  writeFileSync(REPORT, await scriptOf('report'));
  writeFileSync(PLAYGROUND, drawPlayground(contents, await scriptOf('playground')));
}
