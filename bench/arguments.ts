import process from 'node:process';

/** What was written behind the command; `undefined` where `read` cannot make sense of it, which is said, with how to use it. */
export const readArguments = <Values>(usage: string, read: (args: string[]) => Values): Values | undefined => {
  try {
    // pnpm passes the word on that ends its own.
    return read(process.argv.slice(2).filter((word) => word !== '--'));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
    process.exitCode = 2;
    return undefined;
  }
};

/** Help where it was asked for, else how to use it, since it was used wrongly. */
export const showUsage = (usage: string, wasAskedFor: boolean): void => {
  (wasAskedFor ? process.stdout : process.stderr).write(usage);
  process.exitCode = wasAskedFor ? 0 : 2;
};
