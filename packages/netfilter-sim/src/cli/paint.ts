import { isatty } from 'node:tty';
import pc from 'picocolors';
import type { Paint } from '../trace/paint.ts';

/** Colour on a terminal only: not in a pipe, nor because an environment such as CI's says so. */
const colours = pc.createColors(isatty(1) && process.env['NO_COLOR'] === undefined);

/** Colours on a terminal, none in a pipe or where NO_COLOR is set. */
export const PAINT: Paint = {
  strong: colours.bold,
  faint: colours.dim,
  good: colours.green,
  bad: colours.red,
  note: colours.cyan,
};
