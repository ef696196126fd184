import { reasonOf } from '../reason.ts';
import type { FoundFile } from './protocol.ts';

type ReadFile = (path: string) => string;

/** Reads files, and remembers what was found, so that other threads find the same. */
export const recordFiles = (readFile: ReadFile): { readonly readFile: ReadFile; readonly files: ReadonlyMap<string, FoundFile> } => {
  const files = new Map<string, FoundFile>();
  return {
    files,
    readFile(path) {
      try {
        const text = readFile(path);
        files.set(path, { text });
        return text;
      } catch (error) {
        files.set(path, { error: reasonOf(error) });
        throw error;
      }
    },
  };
};

/** Finds what another thread has found. @throws Error as that one did */
export const replayFiles =
  (files: ReadonlyMap<string, FoundFile>): ReadFile =>
  (path) => {
    const found = files.get(path) ?? { error: 'the main thread has not read it' };
    if ('error' in found) throw new Error(found.error);
    return found.text;
  };
