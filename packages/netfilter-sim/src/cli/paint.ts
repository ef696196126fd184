import pc from 'picocolors';
import type { Paint } from '../trace/paint.ts';

/** Colour on a terminal, plain text in a pipe. */
export const PAINT: Paint = { strong: pc.bold, faint: pc.dim, good: pc.green, bad: pc.red, note: pc.cyan };
