import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const MOST_OCTETS = 1 << 26;

/** What a program printed; others of this process go on meanwhile. @throws Error with what it said where it fails */
export const command = async (program: string, ...words: readonly string[]): Promise<string> =>
  (await promisify(execFile)(program, words, { maxBuffer: MOST_OCTETS })).stdout;
