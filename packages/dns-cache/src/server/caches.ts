import type { Cache, CacheOptions } from '../engine/cache.ts';
import { createCache } from '../engine/cache.ts';
import type { StoreLimits } from '../engine/store.ts';
import type { CacheSource } from '../plugin/site.ts';

/** The caches of a server by what they belong to, so that a new configuration finds those of the old one. */
export type CacheShelf = ReadonlyMap<string, Cache>;

export interface FillingShelf {
  readonly caches: CacheShelf;
  /** @param block what tells a server block from all others, and stays the same as long as it serves the same */
  sourceFor(block: string): CacheSource;
}

/** Each of several threads has its part of the room, since it has its part of the names. */
const partOf = (options: CacheOptions, threads: number): CacheOptions => {
  const part = ({ entriesMax, octetsMax }: StoreLimits): StoreLimits => ({
    entriesMax: Math.ceil(entriesMax / threads),
    octetsMax: Math.ceil(octetsMax / threads),
  });
  const { success, denial } = options.limits;
  return threads === 1 ? options : { ...options, limits: { success: part(success), denial: part(denial) } };
};

/** CoreDNS begins with empty caches after each reload (coredns#403); here a block that goes on keeps what it has. */
/** @param threads that share the names */
export const createShelf = (previous: CacheShelf = new Map(), threads = 1): FillingShelf => {
  const caches = new Map<string, Cache>();
  return {
    caches,
    sourceFor: (block) => ({
      adopt(zones, options) {
        const name = `${block} ${zones}`;
        const kept = previous.get(name);
        const own = partOf(options, threads);
        kept?.reconfigure(own);
        const cache = kept ?? createCache(own);
        caches.set(name, cache);
        return cache;
      },
    }),
  };
};
