import process from 'node:process';
import { main } from './main.ts';
import type { Asked } from './options.ts';
import { readOptions, USAGE } from './options.ts';

const SEEDS = 1_000_000;
const MISUSED = 2;
const SIGNALLED = 130;

const complain = (error: Error): number => {
  process.stderr.write(`referee:coredns: ${error.message}; see --help\n`);
  return MISUSED;
};

/** What whoever calls it can mend: a word, a file that is not there, one that is no lines of JSON. */
const isMendable = (error: unknown): error is Error => error instanceof RangeError || error instanceof SyntaxError || error instanceof TypeError || (error instanceof Error && 'syscall' in error);

const read = (args: readonly string[]): Asked | undefined | Error => {
  try {
    return readOptions(args, Date.now() % SEEDS);
  } catch (error) {
    if (isMendable(error)) return error;
    throw error;
  }
};

/** @returns the exit code */
export const start = async (args: readonly string[]): Promise<number> => {
  const asked = read(args);
  if (asked instanceof Error) return complain(asked);
  if (asked === undefined) {
    process.stdout.write(USAGE);
    return 0;
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(SIGNALLED));
  try {
    return await main(asked);
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof Error && 'syscall' in error)) return complain(error);
    throw error;
  }
};
