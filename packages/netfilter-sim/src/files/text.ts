import { readFileSync } from 'node:fs';
import { InputError } from '../error.ts';
import { plainText } from '../plain-text.ts';

/** @throws InputError where the file cannot be read, or is no text. */
export const readText = (file: string): string => plainText(decode(file, readOctets(file)));

/** @throws InputError where the file cannot be read. */
export const readOctets = (file: string): Buffer => fromDisk(file, () => readFileSync(file));

/** What a call of the system gives. @throws InputError that says in words why it gives nothing */
export const fromDisk = <Found>(file: string, call: () => Found): Found => {
  try {
    return call();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new InputError({ file, line: 1, column: 1 }, REASONS[code] ?? String(error));
  }
};

/** Why a file or a folder cannot be read, by what the system calls it. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'this is a folder; name a file in it',
  EACCES: 'this user may not read it',
};

/** UTF-8, or the UTF-16 that PowerShell writes, which a byte order mark begins. */
const decode = (file: string, octets: Buffer): string => {
  const mark = octets.subarray(0, 2).toString('hex');
  if (mark === 'fffe') return octets.toString('utf16le');
  if (mark === 'feff') return Buffer.from(octets.subarray(0, octets.length - (octets.length % 2))).swap16().toString('utf16le');
  if (octets.includes(0)) throw new InputError({ file, line: 1, column: 1 }, 'this is no UTF-8: it has zero octets, as UTF-16 has', 'save it as UTF-8');
  return octets.toString('utf8');
};
