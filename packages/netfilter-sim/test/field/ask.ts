import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { netfilterSimIn } from '../support/program.ts';
import type { Ended } from '../support/program.ts';
import { sharedFolder } from '../support/shared.ts';

const fieldCases = `${sharedFolder}field-cases/netfilter/`;
export const hasFieldCases = existsSync(fieldCases);

export const fieldCaseNames = (): readonly string[] =>
  readdirSync(fieldCases, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();

/** The questions of a case: command lines for a shell, one a line. */
export const questionsOf = (name: string): readonly (readonly string[])[] =>
  readFileSync(`${fieldCases}${name}/ask.txt`, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('netfilter-sim '))
    .map((line) => [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare = '']) => quoted ?? bare).slice(1));

/** Runs the built program in the folder of a case. */
export const ask = (name: string, words: readonly string[]): Promise<Ended> => netfilterSimIn(`${fieldCases}${name}`, words);
