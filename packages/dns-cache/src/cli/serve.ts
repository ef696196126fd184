import process from 'node:process';
import { startAgent } from '../agent/agent.ts';
import { keepHeapSmall } from '../agent/heap.ts';
import { createPrinter } from '../agent/printer.ts';
import { loadCorefile, readPortFlag } from './load.ts';
import { readText } from './read-text.ts';
import { VERSION } from './version.ts';

export interface ServeFlags {
  readonly conf: string;
  readonly port: string;
  readonly quiet: boolean;
  readonly control: string | undefined;
  readonly cacheFile: string | undefined;
}

const signalled = (): Promise<unknown> =>
  new Promise((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });

/** Serves in the foreground until SIGTERM or SIGINT, then answers what it owes and returns. */
export const serve = async ({ conf, port, quiet, control, cacheFile }: ServeFlags): Promise<void> => {
  keepHeapSmall();
  const printer = createPrinter();
  const stop = signalled();
  const agent = await startAgent({
    load: () => loadCorefile(conf),
    port: readPortFlag(port),
    readFile: readText,
    print: (line) => printer.print(line),
    die: () => {
      printer.flush();
      process.exit(1);
    },
    quiet,
    version: `dns-cache-${VERSION}`,
    ...(control === undefined ? {} : { control }),
    ...(cacheFile === undefined ? {} : { cacheFile }),
  });
  // As caddy does, whatever `reload` says.
  process.on('SIGUSR1', () => void agent.reload());
  await stop;
  await agent.stop();
  printer.flush();
};
