import { InputError } from '../error.ts';
import { parsePacket } from '../packet/notation.ts';
import type { Family } from '../packet/address.ts';
import { printNote } from '../snapshot/note.ts';
import type { Note } from '../snapshot/note.ts';
import { PAINT } from './paint.ts';

/** What has to be known of the files that an answer about these packets comes from, a line each. */
export const noteLines = (notes: readonly Note[], packets: readonly string[]): readonly string[] =>
  noteLinesFor(notes, new Set(packets.flatMap(familyOf)));

/** The same for all that is asked of some families. */
export const noteLinesFor = (notes: readonly Note[], families: ReadonlySet<Family>): readonly string[] => {
  const about = notes.filter((note) => !('family' in note) || families.has(note.family));
  return [...new Set(about.map(printNote))].map((line) => PAINT.note(`note: ${line}`));
};

/** For answers whose form is not ours to change. */
export const warn = (lines: readonly string[]): void => {
  for (const line of lines) process.stderr.write(`netfilter-sim: ${line}\n`);
};

const familyOf = (packet: string): readonly Family[] => {
  try {
    return [parsePacket(packet).packet.family];
  } catch (error) {
    // Whoever walks it will say what is wrong.
    if (error instanceof InputError) return [];
    throw error;
  }
};
