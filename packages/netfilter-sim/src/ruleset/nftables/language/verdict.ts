import type { Cursor } from './cursor.ts';

const ALONE: ReadonlySet<string> = new Set(['accept', 'drop', 'continue', 'return']);

/** `accept`, `jump CHAIN`; `undefined` where no verdict stands. */
export const readVerdict = (cursor: Cursor): object | undefined => {
  const { kind, text, position } = cursor.token;
  if (kind !== 'word') return undefined;
  if (ALONE.has(text)) {
    cursor.next();
    return cursor.placed({ [text]: null }, position);
  }
  if (text !== 'jump' && text !== 'goto') return undefined;
  cursor.next();
  return cursor.placed({ [text]: cursor.placed({ target: cursor.word('the name of a chain') }, position) }, position);
};
