import type { LogLevel } from '../engine/effect.ts';
import { reasonOf } from '../reason.ts';
import type { NameServer } from '../server/name-server.ts';
import type { Sockets } from './sockets.ts';
import { wantedBy } from './sockets.ts';
import type { WatchFiles } from './watch.ts';

export interface UpkeepOptions {
  readonly sockets: Pick<Sockets, 'certify'>;
  readonly readFile: (path: string) => string;
  readonly log: (level: LogLevel, line: string) => void;
  readonly watchFiles: WatchFiles;
}

/** Goes on with the files that a server was made of, as they change. */
export interface Upkeep {
  /** @param tell is told the new text of a file */
  watch(server: NameServer, tell: (path: string, text: string) => void): { stop(): void };
}

export const createUpkeep = ({ sockets, readFile, log, watchFiles }: UpkeepOptions): Upkeep => {
  const warn = (error: unknown, path: string, goingOn: string): void =>
    log('warning', `[WARNING] ${path}: ${reasonOf(error)}; going on ${goingOn}`);

  /** Files of certificates may be seen to change one after the other: they are used once they fit together. */
  const certify = (server: NameServer, path: string): void => {
    try {
      sockets.certify(wantedBy(server));
    } catch (error) {
      warn(error, path, 'with the certificate as it was');
    }
  };

  return {
    watch: (server, tell) =>
      watchFiles(server.watchedFiles, (path) => {
        certify(server, path);
        try {
          tell(path, readFile(path));
        } catch (error) {
          warn(error, path, 'without');
        }
      }),
  };
};
