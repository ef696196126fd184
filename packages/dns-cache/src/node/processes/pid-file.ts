import { rmSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { reasonOf } from '../../reason.ts';

/** Written once queries are answered; gone when they no longer are. */
export interface PidFile {
  write(): void;
  remove(): void;
}

export const createPidFile = (path: string | undefined, log: (line: string) => void): PidFile => {
  const attempt = (what: string, work: (path: string) => void): void => {
    if (path === undefined) return;
    try {
      work(path);
    } catch (error) {
      // Others may wait for it, but pods need their DNS.
      log(`[ERROR] Could not ${what} pidfile: ${path}: ${reasonOf(error)}`);
    }
  };
  return {
    write: () => attempt('write', (file) => writeFileSync(file, `${process.pid}\n`)),
    remove: () => attempt('remove', (file) => rmSync(file, { force: true })),
  };
};
