import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { command } from './command.ts';

/** Images that one run leaves to the next. */
const STORE = fileURLToPath(new URL('../../../../../node_modules/.cache/dns-cache-image', import.meta.url));

/** What is mounted, which no reboot may outlive: a folder for each store. */
const RUN = `/run/dns-cache-image-${createHash('sha256').update(STORE).digest('hex').slice(0, 12)}`;

const wordsWith = (driver: string, words: readonly string[]): readonly string[] => ['--root', STORE, '--runroot', RUN, '--storage-driver', driver, ...words];

let driver: string | undefined;

/** A checkout in a container lies on an overlay already, and the kernel takes no other on top: then files are copied. */
const here = (words: readonly string[]): readonly string[] => {
  driver ??= spawnSync('buildah', wordsWith('overlay', ['info'])).status === 0 ? 'overlay' : 'vfs';
  return wordsWith(driver, words);
};

export const isImageThere = (name: string): boolean => spawnSync('buildah', here(['inspect', '--type', 'image', name]), { stdio: 'ignore' }).status === 0;

/** What it printed. @throws Error where it fails */
export const buildah = async (...words: readonly string[]): Promise<string> => (await command('buildah', ...here(words))).trim();
