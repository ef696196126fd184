import { copyFileSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

/*
 * Makes a package's folder one to be packed, and one to be worked in again: `prepack` and `postpack` of each. pnpm would do most of
 * it by itself; npm takes package.json as it is.
 */

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const HERE = process.cwd();
const MANIFEST = join(HERE, 'package.json');
const KEPT = join(HERE, 'package.json.kept');
const COPIED = ['LICENSE', 'CHANGELOG.md'];

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

const { catalog } = parse(readFileSync(join(ROOT, 'pnpm-workspace.yaml'), 'utf8'));

/** As pnpm writes them: `catalog:` by the workspace's pins, `workspace:*` by the version of this very release. */
const versionOf = (name, range) => {
  if (range === 'catalog:') {
    const version = catalog[name];
    if (version === undefined) throw new Error(`tools/manifest.mjs: pnpm-workspace.yaml has no version of ${name} in its catalog: add one`);
    return version;
  }
  if (range === 'workspace:*') return readJson(join(ROOT, 'packages', name.replace('@nodelocal/', ''), 'package.json')).version;
  return range;
};

const withVersions = (ranges) => Object.fromEntries(Object.entries(ranges).map(([name, range]) => [name, versionOf(name, range)]));

/** What is of use where the package is installed. */
const published = ({ scripts: _scripts, devDependencies: _devDependencies, publishConfig, ...manifest }) => {
  const { access, ...instead } = publishConfig;
  const fields = ['dependencies', 'optionalDependencies', 'peerDependencies'].filter((field) => field in manifest);
  return { ...manifest, ...instead, publishConfig: { access }, ...Object.fromEntries(fields.map((field) => [field, withVersions(manifest[field])])) };
};

/** Also where packing was broken off. */
const restore = () => {
  if (existsSync(KEPT)) renameSync(KEPT, MANIFEST);
  for (const name of COPIED) rmSync(join(HERE, name), { force: true });
};

const prepare = () => {
  restore();
  for (const name of COPIED) copyFileSync(join(ROOT, name), join(HERE, name));
  const manifest = published(readJson(MANIFEST));
  renameSync(MANIFEST, KEPT);
  writeFileSync(MANIFEST, `${JSON.stringify(manifest, undefined, 2)}\n`);
};

const [, , word] = process.argv;
if (word === 'publish') prepare();
else if (word === 'develop') restore();
else {
  process.stderr.write('usage, in the folder of a package: node ../../tools/manifest.mjs publish|develop\n');
  process.exitCode = 2;
}
