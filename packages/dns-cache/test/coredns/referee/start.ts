import process from 'node:process';
import { main } from './main.ts';
import type { Asked } from './options.ts';
import { readOptions, USAGE } from './options.ts';

const SEEDS = 1_000_000;
const MISUSED = 2;
const SIGNALLED = 130;

/** @returns the exit code */
export const start = async (args: readonly string[]): Promise<number> => {
  let asked: Asked | undefined;
  try {
    asked = readOptions(args, Date.now() % SEEDS);
  } catch (error) {
    process.stderr.write(`referee:coredns: ${error instanceof Error ? error.message : String(error)}; see --help\n`);
    return MISUSED;
  }
  if (asked !== undefined) {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(SIGNALLED));
    return main(asked);
  }
  process.stdout.write(USAGE);
  return 0;
};
