#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { InputError } from '../error.ts';
import { replayCommand } from './replay.ts';
import { traceCommand } from './trace.ts';

/** Used or configured wrongly: one line on standard error says what, where, and how to mend it. */
const WRONG_USE = 2;

const program = new Command('netfilter-sim')
  .description('what Linux does to a packet, rule by rule, without a Linux')
  .addCommand(traceCommand())
  .addCommand(replayCommand());

const withExitCodes = (command: Command): void => {
  command.exitOverride().configureOutput({ outputError: (line, write) => write(line.replace(/^error: /, 'netfilter-sim: ')) });
  for (const sub of command.commands) withExitCodes(sub);
};
withExitCodes(program);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : WRONG_USE;
  } else if (error instanceof InputError) {
    process.stderr.write(`netfilter-sim: ${error.message}\n`);
    process.exitCode = WRONG_USE;
  } else throw error;
}
