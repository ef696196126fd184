import { changedFiles } from '../template/contents.ts';
import type { DirectoryContents } from '../template/contents.ts';
import type { Sources } from '../template/sync.ts';
import type { WatchedDirectory } from './read-directory.ts';
import { readDirectory } from './read-directory.ts';

/** As often as node-cache looks: kubelet itself takes up to a minute to bring a ConfigMap. */
const LOOK_EVERY_MS = 10_000;

export interface WatchOptions {
  readonly directories: Readonly<Record<keyof Sources, WatchedDirectory>>;
  /** Calls again and again, at this interval in milliseconds, until what it returns is called; told whether something had changed. */
  readonly repeat: (look: () => boolean, everyMs: number) => () => void;
  /** Something is other than before; the names of files, as in `kubeDns/stubDomains`. */
  readonly changed: (sources: Sources, names: readonly string[]) => void;
  readonly read?: (directory: WatchedDirectory) => DirectoryContents;
}

export interface Watch {
  /** What was seen last. */
  sources(): Sources;
  /** Looks at once. @returns whether something had changed */
  look(): boolean;
  stop(): void;
}

/**
 * Looks at directories every 10 s. Polling sees what inotify does not: mounts that are replaced, directories that come
 * later. What is there at the start is no change.
 */
export const watchDirectories = ({ directories, repeat, changed, read = readDirectory }: WatchOptions): Watch => {
  const readAll = (): Sources => ({ template: read(directories.template), kubeDns: read(directories.kubeDns) });
  let seen = readAll();

  const look = (): boolean => {
    const before = seen;
    seen = readAll();
    const names = (['template', 'kubeDns'] as const).flatMap((directory) =>
      changedFiles(before[directory], seen[directory]).map((name) => `${directory}/${name}`),
    );
    if (names.length > 0) changed(seen, names);
    return names.length > 0;
  };

  return { sources: () => seen, look, stop: repeat(look, LOOK_EVERY_MS) };
};
