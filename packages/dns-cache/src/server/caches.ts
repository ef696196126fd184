import type { Cache } from '../engine/cache.ts';
import { createCache } from '../engine/cache.ts';
import type { CacheSource } from '../plugin/site.ts';

/** The caches of a server by what they belong to, so that a new configuration finds those of the old one. */
export type CacheShelf = ReadonlyMap<string, Cache>;

export interface FillingShelf {
  readonly caches: CacheShelf;
  /** @param block what tells a server block from all others, and stays the same as long as it serves the same */
  sourceFor(block: string): CacheSource;
}

/** CoreDNS begins with empty caches after each reload (coredns#403); here a block that goes on keeps what it has. */
export const createShelf = (previous: CacheShelf = new Map()): FillingShelf => {
  const caches = new Map<string, Cache>();
  return {
    caches,
    sourceFor: (block) => ({
      adopt(zones, options) {
        const name = `${block} ${zones}`;
        const kept = previous.get(name);
        kept?.reconfigure(options);
        const cache = kept ?? createCache(options);
        caches.set(name, cache);
        return cache;
      },
    }),
  };
};
