import { readDuration } from '../../corefile/duration.ts';
import { FlagError } from './flag-error.ts';
import type { Noted } from './noted.ts';

/** Below it a tick would begin before the one before is over; above it nothing would be mended in a node's life. */
const LEAST_MS = 100;
const MOST_MS = 86_400_000;

const SECOND_MS = 1000;

/** Milliseconds that the text means, whatever they are. */
const meant = (text: string, flag: string): Noted<number> => {
  if (/^[+-]?\d{1,15}$/.test(text)) return { value: Number(text) * SECOND_MS, notes: [] };
  // node-cache multiplies what it reads by a second: in its manifests 60 s are written 60ns.
  const [, nanoseconds] = /^\+?(\d{1,15})ns$/.exec(text) ?? [];
  if (nanoseconds !== undefined) {
    const value = Number(nanoseconds) * SECOND_MS;
    return { value, notes: [`${flag}: ${text} is taken for ${nanoseconds} s, as node-cache takes it; write ${nanoseconds}s`] };
  }
  const value = readDuration(text);
  if (value === undefined) throw new FlagError(flag, `'${text}' is not a duration`, 'write a number and a unit, as in 60s or 500ms');
  return { value, notes: [] };
};

/** Milliseconds from a duration (`60s`), seconds (`60`), or node-cache's spelling of seconds (`60ns`). @throws FlagError */
export const readSyncInterval = (text: string, flag: string): Noted<number> => {
  const noted = meant(text, flag);
  if (noted.value < LEAST_MS || noted.value > MOST_MS) {
    throw new FlagError(flag, `'${text}' is out of range`, 'write 100ms to 24h, as in 60s');
  }
  return noted;
};
