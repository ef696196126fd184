import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** Hears a stream line by line, for as long as it lasts; what ends it is for whoever made it to hear. */
export const readLines = (input: Readable, heard: (line: string) => void): void => {
  const lines = createInterface({ input });
  lines.on('line', heard);
  // It emits the errors of its input as its own as well, and one that nobody hears ends the process.
  lines.on('error', () => undefined);
};
