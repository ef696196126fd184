import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../error.ts';
import { NODE_FILES } from '../snapshot/file-names.ts';
import type { NodeFile } from '../snapshot/file-names.ts';
import { readNode } from '../snapshot/node.ts';
import type { CapturedNode, NodeOptions, NodeSnapshot } from '../snapshot/node.ts';
import { fromDisk, readText } from './text.ts';

/** What other programs of this house read in the same folder, and what nobody does. */
const OTHERS: ReadonlySet<string> = new Set(['corefile', 'resolv.conf']);

const isNodeFile = (name: string): name is NodeFile => (NODE_FILES as readonly string[]).includes(name);

/**
 * The files of a node folder that are there, by what the node's own tools print, and the names of those that nobody reads.
 * @throws InputError where there is no such folder, or a file of it cannot be read.
 */
export const readNodeFolder = (folder: string): NodeSnapshot => {
  const position = { file: folder, line: 1, column: 1 };
  if (!existsSync(folder)) throw new InputError(position, 'there is no such folder');
  if (!statSync(folder).isDirectory()) throw new InputError(position, 'this is a file', 'name the folder that it is in');
  const names = fromDisk(folder, () => readdirSync(folder, { withFileTypes: true }))
    .filter((entry) => !entry.isDirectory() || isNodeFile(entry.name))
    .map(({ name }) => name)
    .sort();
  const found = names.filter(isNodeFile);
  return {
    folder,
    contents: Object.fromEntries(found.map((name) => [name, readText(join(folder, name))])),
    others: names.filter((name) => !isNodeFile(name) && !OTHERS.has(name) && !/^(?:\.|readme\b)/i.test(name)),
  };
};

/**
 * The node that a folder tells of: `readNode` of what `readNodeFolder` found there.
 * @throws InputError for a folder without any rule set, or a file that is none of its tool's output.
 */
export const nodeFrom = (folder: string, options: NodeOptions = {}): CapturedNode => readNode(readNodeFolder(folder), options);
