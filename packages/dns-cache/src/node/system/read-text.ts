import { readFile } from 'node:fs/promises';
import { codeOf } from '../../reason.ts';

/** Of a file of `/proc`; `undefined` where the kernel has none such. */
export const readTextFile = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
};
