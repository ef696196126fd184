import { readFile } from 'node:fs/promises';
import type { ReadText } from '../read-text.ts';
import { codeOf } from '../../reason.ts';

export const readTextFile: ReadText = async (path) => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
};
