import process from 'node:process';
import { startService } from '../sockets/service.ts';
import { loadCorefile, readPortFlag, readText } from './load.ts';
import { VERSION } from './version.ts';

export interface ServeFlags {
  readonly conf: string;
  readonly port: string;
  readonly quiet: boolean;
}

const signalled = (): Promise<unknown> =>
  new Promise((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });

/** Serves in the foreground until SIGTERM or SIGINT, then answers what it owes and returns. */
export const serve = async ({ conf, port, quiet }: ServeFlags): Promise<void> => {
  const print = (line: string): void => {
    process.stdout.write(`${line}\n`);
  };
  // Whoever read the log has gone; the answers matter more.
  process.stdout.on('error', () => undefined);
  const stop = signalled();
  const service = await startService({
    corefile: loadCorefile(conf),
    port: readPortFlag(port),
    readFile: readText,

    log: (level, line) => {
      print(line);
      if (level === 'fatal') process.exit(1);
    },
  });
  if (!quiet) {
    for (const line of service.served) print(line);
    print(`dns-cache-${VERSION}`);
    print(`${process.platform}/${process.arch}, node ${process.version}`);
  }
  await stop;
  await service.stop();
};
