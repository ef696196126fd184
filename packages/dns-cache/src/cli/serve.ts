import process from 'node:process';
import { startAgent } from '../agent/agent.ts';
import { collectWhenIdle, keepHeapSmall } from '../threads/heap.ts';
import { createPrinter } from '../agent/printer.ts';
import type { EndSignal } from '../agent/signals.ts';
import { awaitEndSignal } from '../agent/signals.ts';
import { loadCorefile, readPortFlag } from './load.ts';
import type { Output } from './output.ts';
import { readText } from './read-text.ts';
import { VERSION } from './version.ts';

export interface ServeFlags {
  readonly conf: string;
  readonly port: string;
  readonly quiet: boolean;
  readonly control: string | undefined;
  readonly cacheFile: string | undefined;
}

/** Serves in the foreground until SIGTERM or SIGINT, then answers what it owes and returns. */
export const serve = async ({ conf, port, quiet, control, cacheFile }: ServeFlags, output: Output): Promise<void> => {
  keepHeapSmall();
  output.goOn();
  const printer = createPrinter();
  let end: EndSignal | undefined;
  let started = false;
  try {
    const agent = await startAgent({
      load: () => loadCorefile(conf),
      port: readPortFlag(port),
      readFile: readText,
      print: (line) => printer.print(line),
      die: () => {
        printer.flush();
        process.exit(1);
      },
      // Until all is open nothing is owed to anybody, and a start that fails may take its time to let go.
      listening: () => {
        end = awaitEndSignal((line) => printer.print(line));
        void end.came.then(() => {
          if (started) return;
          printer.flush();
          process.exit();
        });
      },
      quiet,
      version: `dns-cache-${VERSION}`,
      ...(control === undefined ? {} : { control }),
      ...(cacheFile === undefined ? {} : { cacheFile }),
    });
    started = true;
    const collection = collectWhenIdle();
    // As caddy does, whatever `reload` says.
    process.on('SIGUSR1', () => {
      printer.print('[INFO] SIGUSR1: Reloading');
      void agent.reload();
    });
    await end?.came;
    collection.stop();
    await agent.stop();
  } finally {
    end?.forget();
    printer.flush();
  }
};
