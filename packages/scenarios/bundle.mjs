import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

/*
 * The scripts that pages carry with them, one file of each of src/browser/'s. Does nothing where they are newer than everything
 * that they are made of.
 */

const HERE = fileURLToPath(new URL('.', import.meta.url));
const PAGES = join(HERE, 'dist/pages');
const NAMES = ['report', 'playground'];

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
const sources = ['netfilter-sim/src', 'dns-cache/src', 'scenarios/src'].map((folder) => newestIn(join(packages, folder)));
const newest = Math.max(...sources, writtenAt(fileURLToPath(import.meta.url)));
mkdirSync(PAGES, { recursive: true });
for (const name of NAMES) {
  const file = join(PAGES, `${name}.js`);
  if (writtenAt(file) < newest) writeFileSync(file, await scriptOf(name));
}
