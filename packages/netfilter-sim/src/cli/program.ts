import { CommanderError } from 'commander';
import type { Command } from 'commander';
import { InputError } from '../error.ts';

/** Used or configured wrongly: one line on standard error says what, where, and how to mend it. */
const WRONG_USE = 2;

/** An error that is the user's to mend: one line, no stack. */
export class UsageError extends Error {}

const prepare = (command: Command, name: string): void => {
  command.exitOverride().configureOutput({
    outputError: (text, write) => write(`${text.trim().replace(/^error: /, `${name}: `).replaceAll('\n', ' ')}\n`),
  });
  for (const sub of command.commands) prepare(sub, name);
};

/** Whoever reads has seen enough (`| head`): that is no failure of ours. */
const endQuietlyOnClosedPipe = (): void => {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
};

/** Runs a program with the exit codes that all of ours have: 0 well, 1 "no", 2 used wrongly. */
export const runProgram = async (program: Command): Promise<void> => {
  endQuietlyOnClosedPipe();
  prepare(program, program.name());
  try {
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : WRONG_USE;
    } else if (error instanceof InputError || error instanceof UsageError) {
      process.stderr.write(`${program.name()}: ${error.message}\n`);
      process.exitCode = WRONG_USE;
    } else throw error;
  }
};
