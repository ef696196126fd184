import type { Token } from '../corefile/lexer.ts';

/** A path without empty parts, `.` and `..`, as Go's filepath.Join has it. */
const joinPaths = (folder: string, path: string): string => {
  const parts: string[] = [];
  const isAbsolute = folder.startsWith('/');
  for (const part of `${folder}/${path}`.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (!isAbsolute) parts.push(part);
  }
  return `${isAbsolute ? '/' : ''}${parts.join('/')}`;
};

/** The file that a directive names, below the folder of `root` where that is its way to be found (CoreDNS plugin/root). */
export const rooted = (file: Token, root: string): Token =>
  root === '' || file.text.startsWith('/') ? file : { ...file, text: joinPaths(root, file.text) };
