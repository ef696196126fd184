import { statSync } from 'node:fs';
import { codeOf } from '../reason.ts';

/** A ConfigMap's files change by symbolic link, which events do not tell reliably: their times are looked at. */
const LOOK_EVERY_MS = 2000;

/** Calls back with the path of each file that has changed, until it is stopped. */
export type WatchFiles = (paths: readonly string[], changed: (path: string) => void) => { stop(): void };

/** Another one where the file has changed, or another stands there. */
const stampOf = (path: string): string => {
  try {
    const { mtimeMs, ctimeMs, size, dev, ino } = statSync(path);
    return [mtimeMs, ctimeMs, size, dev, ino].join(' ');
  } catch (error) {
    return codeOf(error);
  }
};

/**
 * By looking, from this moment on: the first look of Node.js's own `watchFile` comes when it comes, and what changes before that is
 * never heard of.
 */
export const watchFiles: WatchFiles = (paths, changed) => {
  const stamps = new Map(paths.map((path) => [path, stampOf(path)]));
  const look = (): void => {
    for (const [path, before] of stamps) {
      const now = stampOf(path);
      if (now === before) continue;
      stamps.set(path, now);
      changed(path);
    }
  };
  const looks = setInterval(look, LOOK_EVERY_MS);
  looks.unref();
  return { stop: () => clearInterval(looks) };
};
