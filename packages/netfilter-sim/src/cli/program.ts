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

/** `help` about what is no command: commander shows the help of all, and says nothing. */
const refuseUnknownHelp = (command: Command, [first, second, ...rest]: readonly string[]): void => {
  const known = (name: string | undefined): Command | undefined => command.commands.find((one) => one.name() === name);
  if (first === 'help' && second !== undefined && second !== 'help' && known(second) === undefined) command.error(`error: unknown command '${second}'`);
  const inner = known(first);
  if (inner !== undefined && second !== undefined) refuseUnknownHelp(inner, [second, ...rest]);
};

/** The operating system refused it: a file, a pipe, a descriptor. Its own words say what and where. */
const isSystemError = (error: unknown): error is NodeJS.ErrnoException => error instanceof Error && 'syscall' in error;

/** Whoever reads has seen enough (`| head`): that is no failure of ours. A full disk is one. */
const endWithOutput = (name: string): void => {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') {
      process.exitCode = WRONG_USE;
      process.stderr.write(`${name}: cannot write: ${error.message}\n`);
    }
    process.exit();
  });
  // There is nobody left to tell.
  process.stderr.on('error', () => process.exit());
};

/** Runs a program with the exit codes that all of ours have: 0 well, 1 "no", 2 used wrongly. */
export const runProgram = async (program: Command): Promise<void> => {
  endWithOutput(program.name());
  prepare(program, program.name());
  try {
    refuseUnknownHelp(program, process.argv.slice(2));
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : WRONG_USE;
    } else if (error instanceof InputError || error instanceof UsageError || isSystemError(error)) {
      process.stderr.write(`${program.name()}: ${error.message}\n`);
      process.exitCode = WRONG_USE;
    } else throw error;
  }
};
