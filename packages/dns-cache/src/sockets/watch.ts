import type { Stats } from 'node:fs';
import { unwatchFile, watchFile } from 'node:fs';

/** A ConfigMap's files change by symbolic link, which events do not tell reliably: their times are looked at. */
const LOOK_EVERY_MS = 2000;

/** Calls back with the path of each file that has changed, until it is stopped. */
export type WatchFiles = (paths: readonly string[], changed: (path: string) => void) => { stop(): void };

/** Whose time or size has changed. */
export const watchFiles: WatchFiles = (paths, changed) => {
  const listeners = paths.map((path) => {
    // Node.js tells at once of a file that is not there, as of one that has gone.
    const listener = (now: Stats, before: Stats): void => {
      if (now.ino !== 0 || before.ino !== 0) changed(path);
    };
    watchFile(path, { interval: LOOK_EVERY_MS, persistent: false }, listener);
    return [path, listener] as const;
  });
  return {
    stop() {
      for (const [path, listener] of listeners) unwatchFile(path, listener);
    },
  };
};
