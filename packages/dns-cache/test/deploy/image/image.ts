import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deployFolder } from '../render.ts';
import { BASE, makeBase } from './base.ts';
import { buildah } from './buildah.ts';
import { command } from './command.ts';

const NAME = 'localhost/dns-cache:test';

/** What a runtime reads of an image. */
interface ImageConfig {
  readonly Entrypoint: readonly string[];
  readonly Env: readonly string[];
}

export interface Image {
  /** Where its files are, mounted. */
  readonly root: string;
  readonly config: ImageConfig;
  /** Octets of all files above the base. */
  readonly addedOctets: number;
  end(): Promise<void>;
}

const octetsOf = async (root: string): Promise<number> => Number((await command('du', '-sxb', root)).split('\t')[0]);

/** A container that nobody starts: the files of an image, mounted. */
const mountImage = async (name: string): Promise<{ readonly container: string; readonly root: string }> => {
  const container = await buildah('from', '--pull-never', name);
  return { container, root: await buildah('mount', container) };
};

/** Builds the Containerfile, as its README says, above a base that stands for the registry's. */
export const buildImage = async (): Promise<Image> => {
  await makeBase();
  const context = mkdtempSync(join(tmpdir(), 'dns-cache-context-'));
  try {
    await command('sh', join(deployFolder, 'context.sh'), context);
    // Steps that did not change since the last run are kept: those of Debian's packages.
    await buildah('build', '--isolation', 'chroot', '--layers', '--pull-never', '--build-arg', `BASE=${BASE}`, '-t', NAME, '-f', join(deployFolder, 'Containerfile'), context);
  } finally {
    rmSync(context, { recursive: true });
  }
  const { container, root } = await mountImage(NAME);
  const base = await mountImage(BASE);
  const addedOctets = (await octetsOf(root)) - (await octetsOf(base.root));
  await buildah('rm', base.container);
  const { OCIv1 } = JSON.parse(await buildah('inspect', container)) as { readonly OCIv1: { readonly config: ImageConfig } };
  return {
    root,
    config: OCIv1.config,
    addedOctets,
    async end() {
      await buildah('rm', container);
      // What the image of the run before had of its own.
      await buildah('rmi', '--prune');
    },
  };
};
