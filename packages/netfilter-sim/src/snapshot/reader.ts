import { plainText } from '../plain-text.ts';
import { checkText } from '../range.ts';
import type { NodeFile } from './file-names.ts';
import type { Note } from './note.ts';

/** Reads the first of several files that tell the same. */
export type Read = <Value>(names: readonly NodeFile[], reader: (file: string, contents: string) => Value) => Value | undefined;

export const readerOf =
  (folder: string, contents: Readonly<Partial<Record<NodeFile, string>>>, notes: Note[]): Read =>
  (names, reader) => {
    const [first, ...more] = names.filter((name) => contents[name] !== undefined);
    if (first === undefined) return undefined;
    const file = `${folder}/${first}`;
    notes.push(...more.map((name): Note => ({ kind: 'file-passed-over', file: `${folder}/${name}`, instead: first })));
    checkText(file, contents[first]);
    return reader(file, plainText(contents[first] ?? ''));
  };
