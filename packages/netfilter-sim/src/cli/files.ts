import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../error.ts';
import { NODE_FILES } from '../snapshot/node.ts';
import type { NodeSnapshot } from '../snapshot/node.ts';

/** @throws InputError where the file cannot be read. */
export const readText = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'there is no such file' : String(error);
    throw new InputError({ file, line: 1, column: 1 }, reason);
  }
};

/** The files of a node folder that are there. */
export const readNodeFolder = (folder: string): NodeSnapshot => {
  if (!existsSync(folder)) throw new InputError({ file: folder, line: 1, column: 1 }, 'there is no such folder');
  const found = NODE_FILES.filter((name) => existsSync(join(folder, name)));
  return { folder, contents: Object.fromEntries(found.map((name) => [name, readText(join(folder, name))])) };
};
