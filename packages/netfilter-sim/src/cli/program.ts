import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { CommanderError, Help } from 'commander';
import type { Command } from 'commander';
import { InputError } from '../error.ts';

/** Used or configured wrongly: one line on standard error says what, where, and how to mend it. */
const WRONG_USE = 2;

/** An error that is the user's to mend: one line, no stack. */
export class UsageError extends Error {}

const complain = (name: string, text: string): void => {
  process.stderr.write(`${name}: ${text}\n`);
};

const PLAIN = new Help();

/** What commander says of a command, in one line that names its help. Of one that needs a command to follow it would print all its help. */
const prepare = (command: Command, name: string, path = name): void => {
  command.helpOption('-h, --help', 'say this').configureHelp({
    optionDescription: (option) => `${PLAIN.optionDescription(option)}${option.mandatory ? ' (required)' : ''}`,
  });
  if (command.commands.length > 0) command.helpCommand('help [command]', 'say what a command takes');
  command.exitOverride().configureOutput({
    writeErr: () => undefined,
    outputError: (text) => complain(name, `${text.trim().replace(/^error: /, '').replace(/\.$/, '').replaceAll('\n', ' ')}; see ${path} --help`),
  });
  for (const sub of command.commands) prepare(sub, name, `${path} ${sub.name()}`);
};

/** `help` about what is no command: commander shows the help of all, and says nothing. */
const refuseUnknownHelp = (command: Command, [first, second, ...rest]: readonly string[]): void => {
  const known = (name: string | undefined): Command | undefined => command.commands.find((one) => one.name() === name);
  if (first === 'help' && second !== undefined && second !== 'help' && known(second) === undefined) command.error(`error: unknown command '${second}'`);
  const inner = known(first);
  if (inner !== undefined && second !== undefined) refuseUnknownHelp(inner, [second, ...rest]);
};

/** The operating system refused it: a file, a pipe, a descriptor. */
const isSystemError = (error: unknown): error is NodeJS.ErrnoException => error instanceof Error && 'syscall' in error;

/** Why a file cannot be written, by what the system calls it; what is read has its words in `files/`. */
const REASONS: Readonly<Record<string, string>> = {
  ENOTDIR: 'its folder is a file',
  EISDIR: 'this is a folder; name a file in it',
  EACCES: 'this user may not write it',
  EROFS: 'nothing can be written there',
  ENOSPC: 'no space left on the device',
};

const missing = (path: string, syscall: string): string => {
  if (syscall.startsWith('spawn')) return 'there is no such program';
  return existsSync(dirname(path)) ? 'there is no such file' : 'its folder is not there';
};

/** Of what has no words here the system's own say what and where. */
const refusal = ({ code = '', path, syscall = '', message }: NodeJS.ErrnoException): string => {
  const reason = code === 'ENOENT' && path !== undefined ? missing(path, syscall) : REASONS[code];
  if (reason === undefined) return message;
  return path === undefined ? reason : `${path}: ${reason}`;
};

/** Whoever reads has seen enough (`| head`): that is no failure of ours. A full disk is one. */
const endWithOutput = (name: string): void => {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') {
      process.exitCode = WRONG_USE;
      complain(name, `cannot write: ${refusal(error)}`);
    }
    process.exit();
  });
  // There is nobody left to tell.
  process.stderr.on('error', () => process.exit());
};

/** Runs a program with the exit codes that all of ours have: 0 well, 1 "no", 2 used wrongly. */
export const runProgram = async (program: Command): Promise<void> => {
  const name = program.name();
  endWithOutput(name);
  prepare(program, name);
  try {
    refuseUnknownHelp(program, process.argv.slice(2));
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : WRONG_USE;
      if (error.exitCode !== 0 && error.code === 'commander.help') complain(name, `no command given; see ${name} --help`);
    } else if (error instanceof InputError || error instanceof UsageError || isSystemError(error)) {
      complain(name, isSystemError(error) ? refusal(error) : error.message);
      process.exitCode = WRONG_USE;
    } else throw error;
  }
};
