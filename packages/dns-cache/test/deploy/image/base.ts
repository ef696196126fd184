import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { buildah, isImageThere } from './buildah.ts';
import { command } from './command.ts';

export const MIRROR = 'http://deb.debian.org/debian';

/** As Debian's slim images are made: apt, no manuals. Node.js's binary needs libstdc++; for the disk nobody has to wait. */
const RECIPE = [
  '--mode=root', '--variant=minbase', '--include=libstdc++6', '--format=tar',
  '--dpkgopt=force-unsafe-io', ...['doc', 'man', 'locale'].map((folder) => `--dpkgopt=path-exclude=/usr/share/${folder}/*`),
  'bookworm',
] as const;

const key = createHash('sha256').update(JSON.stringify([RECIPE, process.version, process.arch])).digest('hex').slice(0, 12);

/** What stands for node:24-slim where no registry of images is: Debian's packages, and the Node.js that runs this. */
export const BASE = `localhost/node-slim:${key}`;

export const isBaseKept = (): boolean => isImageThere(BASE);

/** Makes it, unless a run before did. */
export const makeBase = async (): Promise<void> => {
  if (isBaseKept()) return;
  const folder = mkdtempSync(join(tmpdir(), 'dns-cache-base-'));
  try {
    const tar = join(folder, 'root.tar');
    await command('mmdebstrap', ...RECIPE, tar, MIRROR);
    const container = await buildah('from', 'scratch');
    const root = await buildah('mount', container);
    await command('tar', '--extract', '--file', tar, '--directory', root);
    cpSync(realpathSync(process.execPath), join(root, 'usr/local/bin/node'));
    await buildah('commit', '--rm', container, BASE);
  } finally {
    rmSync(folder, { recursive: true });
  }
};
