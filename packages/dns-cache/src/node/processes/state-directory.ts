import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { codeOf, reasonOf } from '../../reason.ts';

/** Node.js's own `recursive` never returns where the kernel knows the parent but makes nothing in it (/proc). */
const makeDirectories = (path: string): void => {
  const parent = dirname(path);
  if (parent !== path) makeDirectories(parent);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
};

/**
 * Makes the directory where an agent meets the one after it, if it is not there.
 * @returns why nothing can be written there, `undefined` where it can: pods need their DNS all the same
 */
export const prepareStateDirectory = (directory: string): string | undefined => {
  const trial = join(directory, `trial.${process.pid}`);
  try {
    makeDirectories(resolve(directory));
    writeFileSync(trial, '');
    rmSync(trial);
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
};
