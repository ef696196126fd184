import { placeholderHint } from './placeholder.ts';

/** Where in a text something stands; lines and columns count from 1. */
export interface Position {
  /** As whoever gave the text calls it; of what was imported, the path of that file. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
}

/** Where something stands, as seen from another place: imported files have lines of their own. */
export const placeText = (place: Position, from: Pick<Position, 'file'>): string =>
  place.file === from.file ? `line ${place.line}` : `line ${place.line} of ${place.file}`;

/** Most errors are about a word. */
const wordAt = (position: Position): string => ('text' in position && typeof position.text === 'string' ? position.text : '');

/**
 * A Corefile that cannot be served: where, what is wrong, and how to mend it where that is known. It is made of the `reason` and
 * the `usual` way to mend it; a placeholder that somebody forgot there goes before.
 */
export class CorefileError extends Error {
  readonly position: Position;
  /** What is wrong, without the position. */
  readonly reason: string;
  /** A way to mend it; empty where there is none to tell. */
  readonly mend: string;

  constructor(position: Position, reason: string, usual = '') {
    const mend = placeholderHint(wordAt(position)) ?? usual;
    super(`${position.file}:${position.line}:${position.column}: ${reason}${mend === '' ? '' : ` (${mend})`}`);
    this.name = 'CorefileError';
    this.position = position;
    this.reason = reason;
    this.mend = mend;
  }
}
