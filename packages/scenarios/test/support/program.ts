import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

interface Program {
  /** Where it runs; gone after the tests of the file. */
  readonly folder: string;
  readonly scenarios: (...words: readonly string[]) => Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>;
}

/** The program as it is shipped. Each file of tests asks for its own: files share what this module has, and its folder would go with the first. */
export const program = (): Program => {
  const folder = mkdtempSync(join(tmpdir(), 'scenarios-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  return {
    folder,
    scenarios: (...words) =>
      new Promise((resolve) => {
        execFile(process.execPath, [MAIN, ...words], { cwd: folder, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
          const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
          resolve({ code, stdout, stderr });
        });
      }),
  };
};
