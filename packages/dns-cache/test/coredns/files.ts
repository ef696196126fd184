import { CorefileError } from '@nodelocal/dns-cache';
import type { OddFile } from './conversation.ts';
import { begin } from './play.ts';

/** Where CoreDNS starts and ours refuses: why, and by what it says so. */
export const REFUSED: readonly { readonly why: string; readonly says: RegExp; readonly files: readonly string[] }[] = [
  {
    why: 'What comes behind one closing brace too many, or a zone too few, is a block without braces, in which directives are zones.',
    says: /Expected '\{' after the zones/,
    files: ['f11-125', 'f11-191', 'f11-256', 'f11-268', 'f11-294', 'f11-327', 'f11-365', 'f11-386'],
  },
  { why: 'A brace alone is a zone of that name.', says: /Unexpected '\}' \(a server block begins with its zones\)/, files: ['f11-150', 'f11-182'] },
  { why: 'A file that ends within a block may have been cut off.', says: /Unexpected EOF, expecting '\}'/, files: ['f11-3', 'f11-360'] },
  { why: 'Words behind a closing brace are the directive once more, without its name.', says: /Unexpected '.*' after '\}'/, files: ['f11-89', 'f11-299'] },
  { why: 'Options of a directive that has none, or not these, are passed over.', says: /unknown option|has no block of options/, files: ['f11-49', 'f11-57'] },
  { why: 'A brace behind `fallthrough` is one of its zones, and the options that follow are the next directives.', says: /'fallthrough' takes all words of its line/, files: ['f11-203'] },
  { why: 'Signing is not built.', says: /directive 'sign' is not built yet/, files: ['f11-320'] },
];

const CONTENTS = { hosts: '10.8.8.8 a.test file.test\n' };

/** What ours says where it does not start. */
export const complaint = ({ corefile }: OddFile): string | undefined => {
  try {
    begin({ corefile, files: CONTENTS });
    return undefined;
  } catch (error) {
    if (error instanceof CorefileError) return error.message;
    throw error;
  }
};

/** Whether both start, or neither, or it is said above why ours does not. */
export const isExplained = (file: OddFile): boolean => {
  const said = complaint(file);
  return (said === undefined) === file.starts || (file.starts && REFUSED.some(({ says }) => says.test(said ?? '')));
};
