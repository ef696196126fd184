import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { reasonOf } from '../reason.ts';
import type { SavedCaches, Service } from '../sockets/service.ts';

/** The caches of a process on their way over a restart: JSON, with the time of day at which they were saved. */
interface CacheFile {
  readonly version: 1;
  readonly savedAtMs: number;
  readonly caches: SavedCaches;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const readCaches = (value: unknown): SavedCaches | undefined => {
  if (!isRecord(value)) return undefined;
  const lists = Object.entries(value).filter((entry): entry is [string, readonly unknown[]] => Array.isArray(entry[1]));
  return Object.fromEntries(lists);
};

const parse = (text: string): CacheFile | undefined => {
  const value: unknown = JSON.parse(text);
  if (!isRecord(value) || value['version'] !== 1 || typeof value['savedAtMs'] !== 'number') return undefined;
  const caches = readCaches(value['caches']);
  return caches === undefined ? undefined : { version: 1, savedAtMs: value['savedAtMs'], caches };
};

/** A place where the caches cannot be kept. */
export class CacheFileError extends Error {
  constructor(path: string, cause: unknown) {
    super(`cannot keep the caches in ${path}: ${reasonOf(cause)}; name another file with -cache-file`, { cause });
    this.name = 'CacheFileError';
  }
}

/** Does the work with a new file beside; where that fails the file goes again. */
const withNewFile = (path: string, work: (descriptor: number, beside: string) => void): void => {
  // A device would be gone after the renaming.
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === false) throw new Error('is not a file');
  const beside = `${path}.new`;
  const descriptor = openSync(beside, 'w', 0o600);
  try {
    work(descriptor, beside);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
};

const syncFolder = (path: string): void => {
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
};

/** Finds out at the start what would show only at the end. @throws CacheFileError where the file cannot be written */
export const checkCacheFile = (path: string): void => {
  try {
    withNewFile(path, (_descriptor, beside) => rmSync(beside));
  } catch (cause) {
    throw new CacheFileError(path, cause);
  }
};

/** Writes beside and renames, so that a crash or a full disk leaves the old file. @throws Error where it cannot be written */
export const saveCacheFile = async (service: Service, path: string): Promise<void> => {
  const file: CacheFile = { version: 1, savedAtMs: Date.now(), caches: await service.saveCaches() };
  withNewFile(path, (descriptor, beside) => {
    writeFileSync(descriptor, JSON.stringify(file));
    fsyncSync(descriptor);
    renameSync(beside, path);
  });
  syncFolder(path);
};

/** @returns how many entries were taken @throws Error where it cannot be read or is no such file */
export const loadCacheFile = async (service: Service, path: string): Promise<number> => {
  const file = parse(readFileSync(path, 'utf8'));
  if (file === undefined) throw new Error('not a file of saved caches');
  // A clock that was set back makes nothing younger than it was.
  return service.loadCaches(file.caches, Math.max(0, Date.now() - file.savedAtMs));
};
