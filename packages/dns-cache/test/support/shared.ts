import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Recorded cases beside the repository. */
const shared = new URL('../../../../../shared/', import.meta.url);

export const sharedPath = (path: string): string => fileURLToPath(new URL(path, shared));

export const hasShared = (path: string): boolean => existsSync(sharedPath(path));

export const readShared = (path: string): Uint8Array => new Uint8Array(readFileSync(sharedPath(path)));
