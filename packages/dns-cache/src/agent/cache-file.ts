import { readFileSync, renameSync, writeFileSync } from 'node:fs';
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

/** Writes beside and renames, so that a crash leaves the old file. @throws Error where it cannot be written */
export const saveCacheFile = (service: Service, path: string): void => {
  const file: CacheFile = { version: 1, savedAtMs: Date.now(), caches: service.saveCaches() };
  writeFileSync(`${path}.new`, JSON.stringify(file), { mode: 0o600 });
  renameSync(`${path}.new`, path);
};

/** @returns how many entries were taken @throws Error where it cannot be read or is no such file */
export const loadCacheFile = (service: Service, path: string): number => {
  const file = parse(readFileSync(path, 'utf8'));
  if (file === undefined) throw new Error('not a file of saved caches');
  // A clock that was set back makes nothing younger than it was.
  return service.loadCaches(file.caches, Math.max(0, Date.now() - file.savedAtMs));
};
