import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import process from 'node:process';
import { read, root, tracked } from '../repository.ts';

/*
 * The packages as strangers get them: packed from a copy of this repository, and installed where nothing of it is near.
 */

export const PACKAGES = ['netfilter-sim', 'dns-cache', 'scenarios'] as const;
type PackageName = (typeof PACKAGES)[number];

export interface Packed {
  /** Where it all is. */
  readonly folder: string;
  readonly tarballs: Readonly<Record<PackageName, string>>;
  /** Its files, as they are installed. */
  list(name: PackageName): readonly string[];
  read(name: PackageName, file: string): string;
  end(): void;
}

/** Where a program of this machine is. */
export const programNamed = (name: string): string | undefined => (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name)).find((file) => existsSync(file));

/** Runs a program to its end. @throws Error with what it wrote */
export const runIn = (folder: string, program: string, ...words: readonly string[]): string => {
  // Where pnpm runs tests, NODE_PATH leads to all that is installed here.
  const env = { ...process.env, NO_COLOR: '1', NODE_OPTIONS: '', NODE_PATH: '' };
  try {
    return execFileSync(program, words, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env });
  } catch (error) {
    const { stdout = '', stderr = '', message = '' } = error as { readonly stdout?: string; readonly stderr?: string; readonly message?: string };
    throw new Error([message, stdout, stderr].join('\n'), { cause: error });
  }
};

/** The tracked files, and the dependencies that are installed here. */
const copyRepository = (into: string): void => {
  for (const file of tracked) {
    mkdirSync(dirname(join(into, file)), { recursive: true });
    cpSync(join(root, file), join(into, file));
  }
  for (const folder of ['.', 'examples', ...PACKAGES.map((name) => `packages/${name}`)]) {
    const modules = join(root, folder, 'node_modules');
    if (existsSync(modules)) symlinkSync(modules, join(into, folder, 'node_modules'));
  }
};

/** Packs them. @param tool `npm` and `pnpm` make the same of them */
export const pack = (names: readonly PackageName[], tool: readonly [program: string, ...words: string[]] = ['npm', 'pack', '--silent']): Packed => {
  const folder = mkdtempSync(join(tmpdir(), 'packed-'));
  const copy = join(folder, 'repository');
  copyRepository(copy);
  const [program, ...words] = tool;
  for (const name of names) runIn(join(copy, 'packages', name), program, ...words, '--pack-destination', folder);
  const { version } = JSON.parse(read('packages/netfilter-sim/package.json')) as { readonly version: string };
  const tarballOf = (name: PackageName): string => join(folder, `nodelocal-${name}-${version}.tgz`);
  for (const name of names) {
    mkdirSync(join(folder, name));
    runIn(join(folder, name), 'tar', 'xzf', tarballOf(name));
  }
  return {
    folder,
    tarballs: { 'netfilter-sim': tarballOf('netfilter-sim'), 'dns-cache': tarballOf('dns-cache'), scenarios: tarballOf('scenarios') },
    list: (name) => runIn(folder, 'tar', 'tzf', tarballOf(name)).trimEnd().split('\n').map((line) => line.replace(/^package\//, '')),
    read: (name, file) => readFileSync(join(folder, name, 'package', file), 'utf8'),
    end: () => rmSync(folder, { recursive: true }),
  };
};

/** An empty project where these are installed, as `npm install` does it. */
export const newProject = (packed: Packed, what: string, ...more: readonly string[]): string => {
  const project = join(packed.folder, `project-${what}`);
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: what, private: true, type: 'module' }));
  runIn(project, 'npm', 'install', '--no-audit', '--no-fund', '--prefer-offline', ...Object.values(packed.tarballs), ...more);
  return project;
};
