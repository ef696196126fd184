import { closeSync, fchmodSync, openSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { codeOf, reasonOf } from '../../reason.ts';

/** A Corefile that cannot be written where it should be; in node-cache's words, for those who are alerted by them. */
export class CorefileWriteError extends Error {
  readonly path: string;

  constructor(path: string, cause: unknown) {
    super(`Failed to write config file ${path} - err ${reasonOf(cause)}; name another file with -conf`, { cause });
    this.name = 'CorefileWriteError';
    this.path = path;
  }
}

/** Everybody may read it, whatever the umask is. */
const MODE = 0o644;

/** Where no file can be made beside, or none put in its place: a mount point, a directory of somebody else's. */
const IN_PLACE: ReadonlySet<string> = new Set(['EACCES', 'EBUSY', 'EPERM', 'EROFS', 'EXDEV']);

/** Who follows a symlink reads the file behind it: that one is replaced, not the link. */
const behindLinks = (path: string): string => {
  try {
    return realpathSync(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return path;
    throw error;
  }
};

const writeInPlace = (path: string, text: string): void => {
  writeFileSync(path, text, { mode: MODE });
};

/** The one who reads it, `reload`, sees the old text or the new one, and never half of it. */
const replace = (path: string, text: string): void => {
  const beside = `${path}.new`;
  const descriptor = openSync(beside, 'w', MODE);
  try {
    fchmodSync(descriptor, MODE);
    writeFileSync(descriptor, text);
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
};

/** How it was written. */
export type Written = 'replaced' | 'in-place';

/** Writes the Corefile in one go where that can be done. @throws CorefileWriteError */
export const writeCorefile = (path: string, text: string): Written => {
  try {
    const file = behindLinks(path);
    try {
      replace(file, text);
      return 'replaced';
    } catch (error) {
      if (!IN_PLACE.has(codeOf(error))) throw error;
      writeInPlace(file, text);
      return 'in-place';
    }
  } catch (cause) {
    if (codeOf(cause) === '') throw cause;
    throw new CorefileWriteError(path, cause);
  }
};
