import { performance } from 'node:perf_hooks';
import type { NameServer } from '../server/name-server.ts';
import type { Filter } from '../watching/filter.ts';
import { passes } from '../watching/filter.ts';
import type { Seen } from '../watching/seen.ts';
import type { Batch, ToldQuery, Waiting } from '../watching/told.ts';
import { createWaiting, toldOf } from '../watching/told.ts';

/** Who watches is told so often. */
const TELL_EVERY_MS = 50;

/** More than so many in that time nobody can follow; they are counted. */
const TOLD_MAX = 1000;

/** Ends the watching. */
export interface Watch {
  /** From here on nobody is told. */
  stop(): void;
}

/** Those who watch what is asked; while there are none, the server looks at nothing. */
export interface Watchers {
  add(filter: Filter, tell: (batch: Batch) => void): Watch;
  /** Another server takes the queries from now on. */
  moveTo(server: NameServer): void;
}

interface Watching {
  readonly filter: Filter;
  readonly waiting: Waiting<ToldQuery>;
}

export const createWatchers = (first: NameServer): Watchers => {
  const all = new Set<Watching>();
  let server = first;

  const see = (seen: Seen): void => {
    const make = (): ToldQuery => toldOf(seen, performance.timeOrigin + performance.now());
    for (const { filter, waiting } of all) if (passes(filter, seen)) waiting.offer(make);
  };

  const follow = (): void => server.watch(all.size === 0 ? undefined : see);

  return {
    add(filter, tell) {
      const waiting = createWaiting<ToldQuery>(TOLD_MAX);
      const watching: Watching = { filter, waiting };
      all.add(watching);
      follow();
      const timer = setInterval(() => {
        const { items, skipped } = waiting.take();
        if (items.length > 0 || skipped > 0) tell({ queries: items, skipped });
      }, TELL_EVERY_MS).unref();
      return {
        stop() {
          clearInterval(timer);
          all.delete(watching);
          follow();
        },
      };
    },
    moveTo(next) {
      server.watch(undefined);
      server = next;
      follow();
    },
  };
};
