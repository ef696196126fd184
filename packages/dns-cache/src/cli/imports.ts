import { readdirSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import type { ImportedFile } from '../corefile/import.ts';
import { readText } from './read-text.ts';

const toRegExp = (pattern: string): RegExp =>
  new RegExp(`^${pattern.replace(/[.+^${}()|\\]/g, '\\$&').replace(/\*/g, '.*').replace(/\?/g, '.')}$`);

/** The files whose path fits the pattern, in order; none where there is none. */
const expandPattern = (pattern: string): readonly string[] => {
  const parts = pattern.split('/');
  const at = parts.findIndex((part) => /[*?]/.test(part));
  const folder = parts.slice(0, at).join('/');
  const wanted = toRegExp(parts[at] ?? '');
  let names: readonly string[];
  try {
    names = readdirSync(folder === '' ? '/' : folder);
  } catch {
    // Go's filepath.Glob ignores folders that it cannot read; so does CoreDNS.
    return [];
  }
  const rest = parts.slice(at + 1);
  return names
    // A leading dot has to be written.
    .filter((name) => wanted.test(name) && (!name.startsWith('.') || parts[at]?.startsWith('.') === true))
    .toSorted()
    .map((name) => [folder, name, ...rest].join('/'))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true);
};

/** The files that an `import` names, from the folder of the file that it stands in. @throws Error */
export const readImport = (pattern: string, from: string): readonly ImportedFile[] => {
  const path = isAbsolute(pattern) ? pattern : join(dirname(from), pattern);
  const files = /[*?]/.test(pattern) ? expandPattern(path) : [path];
  return files.map((file) => ({ file, text: readText(file) }));
};
