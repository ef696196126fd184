import { isUtf8 } from 'node:buffer';
import { readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf, reasonOf } from '../../reason.ts';
import type { DirectoryContents, FileContent } from '../template/contents.ts';

/** A directory, and which files of it are of interest; whatever else lies in it is not even opened. */
export interface WatchedDirectory {
  readonly path: string;
  readonly names: readonly string[];
}

/** Octets. A ConfigMap has at most 1 MiB. */
const FILE_MAX = 4 * 1024 * 1024;

/** A directory that changes while it is read is read again; where it never rests, the next look sees what is mixed. */
const TRIES = 3;

const unreadable = (reason: string): FileContent => ({ kind: 'unreadable', reason });

/** What a call of the system gives, `undefined` where there is no such file. */
const unlessMissing = <Result>(call: () => Result): Result | undefined => {
  try {
    return call();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
};

const readContent = (path: string): FileContent | undefined => {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) return undefined;
  // A pipe would keep the agent waiting.
  if (!status.isFile()) return unreadable('not a file');
  if (status.size > FILE_MAX) return unreadable(`${status.size} octets, and more than ${FILE_MAX} are not read`);
  const octets = unlessMissing(() => readFileSync(path));
  if (octets === undefined) return undefined;
  return isUtf8(octets) ? { kind: 'text', text: octets.toString('utf8') } : unreadable('not UTF-8');
};

const readNamed = (path: string): FileContent | undefined => {
  try {
    return readContent(path);
  } catch (error) {
    if (codeOf(error) === '') throw error;
    return unreadable(reasonOf(error));
  }
};

/** Which generation of a ConfigMap or a Secret is mounted: kubelet swaps the symlink `..data`; '' where it is none. */
const generationOf = (path: string): string => {
  try {
    return readlinkSync(join(path, '..data'));
  } catch (error) {
    if (codeOf(error) === '') throw error;
    return '';
  }
};

const readFiles = ({ path, names }: WatchedDirectory): ReadonlyMap<string, FileContent> =>
  new Map(
    names.flatMap((name) => {
      const content = readNamed(join(path, name));
      return content === undefined ? [] : [[name, content] as const];
    }),
  );

/** The files of a directory as they are, symlinks followed, all of one generation. */
export const readDirectory = (directory: WatchedDirectory): DirectoryContents => {
  try {
    const status = unlessMissing(() => statSync(directory.path));
    if (status === undefined) return { kind: 'absent' };
    if (!status.isDirectory()) return { kind: 'unreadable', reason: `${directory.path}: not a directory` };
  } catch (error) {
    if (codeOf(error) === '') throw error;
    return { kind: 'unreadable', reason: `${directory.path}: ${reasonOf(error)}` };
  }
  for (let tries = 1; ; tries += 1) {
    const generation = generationOf(directory.path);
    const files = readFiles(directory);
    if (tries === TRIES || generationOf(directory.path) === generation) return { kind: 'files', files };
  }
};
