import { basename, dirname } from 'node:path';
import type { KubeDnsProblem } from '../template/kube-dns.ts';
import { KUBE_DNS_KEYS } from '../template/kube-dns.ts';
import type { NodeFacts, Rendering, RenderWarning } from '../template/render.ts';
import type { Sources, SyncState } from '../template/sync.ts';
import { INITIAL_SYNC, syncCorefile } from '../template/sync.ts';
import type { WatchedDirectory } from './read-directory.ts';
import { watchDirectories } from './watch-directories.ts';
import { CorefileWriteError, writeCorefile } from './write-corefile.ts';

/** What came of a look at the files, to be logged and counted. */
export type KeeperEvent =
  /** The Corefile has another text now. */
  | { readonly kind: 'written'; readonly rendering: Extract<Rendering, { kind: 'rendered' }> }
  /** It stays as it is, and is tried again at the next look. Counts as an error of `configmap`. */
  | { readonly kind: 'not-written'; readonly error: CorefileWriteError }
  /** It stays as it is until the template changes. Counts as an error of `configmap`. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Counts as an error of `configmap`. */
  | { readonly kind: 'problem'; readonly problem: KubeDnsProblem }
  | { readonly kind: 'warning'; readonly warning: RenderWarning };

export interface KeeperOptions {
  /** Where the Corefile is written. */
  readonly corefile: string;
  readonly template: string;
  readonly kubeDnsDirectory: string;
  readonly facts: NodeFacts;
  /** Calls again and again, at this interval in milliseconds, until what it returns is called. */
  readonly repeat: (look: () => void, everyMs: number) => () => void;
  readonly report: (event: KeeperEvent) => void;
}

/** Where the Corefile comes from. */
export const directoriesOf = (template: string, kubeDnsDirectory: string): Readonly<Record<keyof Sources, WatchedDirectory>> => ({
  template: { path: dirname(template), names: [basename(template)] },
  kubeDns: { path: kubeDnsDirectory, names: KUBE_DNS_KEYS },
});

/** Writes the Corefile now, and whenever the files behind it ask for another, until what it returns is called. */
export const keepCorefile = ({ corefile, template, kubeDnsDirectory, facts, repeat, report }: KeeperOptions): (() => void) => {
  let state: SyncState = INITIAL_SYNC;
  let owed = false;

  const write = (rendering: Extract<Rendering, { kind: 'rendered' }>): boolean => {
    try {
      writeCorefile(corefile, rendering.corefile);
    } catch (error) {
      if (!(error instanceof CorefileWriteError)) throw error;
      report({ kind: 'not-written', error });
      return false;
    }
    report({ kind: 'written', rendering });
    return true;
  };

  const sync = (sources: Sources): void => {
    const { state: next, outcome, problems, warnings } = syncCorefile(state, sources, basename(template), facts);
    for (const problem of problems) report({ kind: 'problem', problem });
    for (const warning of warnings) report({ kind: 'warning', warning });
    owed = false;
    switch (outcome.kind) {
      case 'unchanged':
        break;
      case 'refused':
        report(outcome);
        break;
      case 'rendered':
        owed = !write(outcome);
        break;
    }
    state = owed ? { ...next, rendered: state.rendered } : next;
  };

  const watch = watchDirectories({
    directories: directoriesOf(template, kubeDnsDirectory),
    repeat: (look, everyMs) =>
      repeat(() => {
        if (!look() && owed) sync(watch.sources());
      }, everyMs),
    changed: sync,
  });
  sync(watch.sources());
  return () => watch.stop();
};
