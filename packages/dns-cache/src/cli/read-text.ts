import { readFileSync } from 'node:fs';
import { reasonOf } from '../reason.ts';

/** @throws Error with a reason that needs no further words */
export const readText = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new Error(reasonOf(cause), { cause });
  }
};
