import process from 'node:process';

/** Lines to standard output. Those of one turn of the event loop go out together: a system call for each costs more than the answer. */
export interface Printer {
  print(line: string): void;
  /** Writes what is waiting, at once. */
  flush(): void;
}

export const createPrinter = (): Printer => {
  let waiting: string[] = [];
  const flush = (): void => {
    if (waiting.length === 0) return;
    process.stdout.write(`${waiting.join('\n')}\n`);
    waiting = [];
  };
  return {
    print(line) {
      if (waiting.length === 0) setImmediate(flush);
      waiting.push(line);
    },
    flush,
  };
};
