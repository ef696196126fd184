import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Ended } from '../support/program.ts';
import { sharedFolder } from '../support/shared.ts';

const fieldCases = `${sharedFolder}field-cases/netfilter/`;
export const hasFieldCases = existsSync(fieldCases);

export const fieldCaseNames = (): readonly string[] =>
  readdirSync(fieldCases, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** The questions of a case: command lines for a shell, one a line. */
export const questionsOf = (name: string): readonly (readonly string[])[] =>
  readFileSync(`${fieldCases}${name}/ask.txt`, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('netfilter-sim '))
    .map((line) => [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare = '']) => quoted ?? bare).slice(1));

/** Runs the built program in the folder of a case. */
export const ask = (name: string, words: readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const options = { cwd: `${fieldCases}${name}`, env: { PATH: process.env['PATH'] } };
    execFile(process.execPath, [MAIN, ...words], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, stdout, stderr });
    });
  });
