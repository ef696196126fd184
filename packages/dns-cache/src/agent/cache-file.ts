import { closeSync, fsyncSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
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

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const parse = (text: string): CacheFile | undefined => {
  const value = jsonOf(text);
  if (!isRecord(value) || value['version'] !== 1 || typeof value['savedAtMs'] !== 'number') return undefined;
  const caches = readCaches(value['caches']);
  return caches === undefined ? undefined : { version: 1, savedAtMs: value['savedAtMs'], caches };
};

/** A place where the caches cannot be kept: `path`; `cause` is what the system threw. */
export class CacheFileError extends Error {
  constructor(path: string, cause: unknown) {
    super(`cannot keep the caches in ${path}: ${reasonOf(cause)}; name another file with -cache-file`, { cause });
    this.name = 'CacheFileError';
  }
}

/** It is written here first, and renamed. */
const besideOf = (path: string): string => `${path}.new`;
const FILE_MODE = 0o600;

/** One would be gone after the renaming. @throws Error */
const refuseDevice = (path: string): void => {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === false) throw new Error('is not a file');
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
    refuseDevice(path);
    closeSync(openSync(besideOf(path), 'w', FILE_MODE));
    rmSync(besideOf(path));
  } catch (cause) {
    throw new CacheFileError(path, cause);
  }
};

/** Entries that are written at once: queries go in between. */
const PIECE = 250;

/** The file in pieces. */
function* piecesOf({ version, savedAtMs, caches }: CacheFile): Generator<string> {
  yield `{"version":${version},"savedAtMs":${savedAtMs},"caches":{`;
  for (const [index, [name, entries]] of Object.entries(caches).entries()) {
    yield `${index === 0 ? '' : ','}${JSON.stringify(name)}:[`;
    for (let at = 0; at < entries.length; at += PIECE) {
      yield `${at === 0 ? '' : ','}${JSON.stringify(entries.slice(at, at + PIECE)).slice(1, -1)}`;
    }
    yield ']';
  }
  yield '}}';
}

/** Writes beside and renames, so that a crash or a full disk leaves the old file. @throws Error where it cannot be written */
export const saveCacheFile = async (service: Service, path: string): Promise<void> => {
  const file: CacheFile = { version: 1, savedAtMs: Date.now(), caches: await service.saveCaches() };
  refuseDevice(path);
  const beside = besideOf(path);
  const handle = await open(beside, 'w', FILE_MODE);
  try {
    for (const piece of piecesOf(file)) await handle.appendFile(piece);
    await handle.sync();
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
  syncFolder(path);
};

/** @returns how many entries were taken @throws Error where it cannot be read or is no such file */
export const loadCacheFile = async (service: Service, path: string): Promise<number> => {
  const file = parse(readFileSync(path, 'utf8'));
  if (file === undefined) throw new Error('not a file of saved caches');
  // A clock that was set back makes nothing younger than it was.
  return service.loadCaches(file.caches, Math.max(0, Date.now() - file.savedAtMs));
};
