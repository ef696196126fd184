import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** Runs Node.js with these words, in a folder. */
export const runNode = (words: readonly string[], cwd = process.cwd()): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(process.execPath, words, { cwd, env: { PATH: process.env['PATH'] } }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, stdout, stderr });
    });
  });

/** Runs the built program, as a user would. */
export const netfilterSim = (...words: readonly string[]): Promise<Ended> => runNode([MAIN, ...words]);

export const netfilterSimIn = (folder: string, words: readonly string[]): Promise<Ended> => runNode([MAIN, ...words], folder);
