/** What a file holds, as far as that is of use: texts are UTF-8. */
export type FileContent =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** The files of a directory that are looked for, those that are there. */
export type DirectoryContents =
  | { readonly kind: 'files'; readonly files: ReadonlyMap<string, FileContent> }
  /** The directory itself is not there: a ConfigMap that is optional. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly reason: string };

const NONE: ReadonlyMap<string, FileContent> = new Map();

export const filesOf = (contents: DirectoryContents): ReadonlyMap<string, FileContent> =>
  contents.kind === 'files' ? contents.files : NONE;

const sameFile = (one: FileContent | undefined, other: FileContent | undefined): boolean => {
  if (one?.kind === 'text') return other?.kind === 'text' && one.text === other.text;
  if (one?.kind === 'unreadable') return other?.kind === 'unreadable' && one.reason === other.reason;
  return other === undefined;
};

const reasonOfDirectory = (contents: DirectoryContents): string => (contents.kind === 'unreadable' ? contents.reason : '');

/** The names of files that came, went, or hold something else, sorted; `.` is the directory itself. */
export const changedFiles = (before: DirectoryContents, after: DirectoryContents): readonly string[] => {
  const [old, now] = [filesOf(before), filesOf(after)];
  const itself = before.kind !== after.kind || reasonOfDirectory(before) !== reasonOfDirectory(after) ? ['.'] : [];
  const names = [...new Set([...old.keys(), ...now.keys()])].filter((name) => !sameFile(old.get(name), now.get(name)));
  return [...itself, ...names.sort()];
};
