/** The defaults of CoreDNS's cache and forward plugins, and the bounds it puts on their options. */

/** plugin/cache/cache.go: defaultCap, and 256 shards of at least 4 entries in plugin/pkg/cache/cache.go. */
export const CACHE_CAPACITY_DEFAULT = 10_000;
const SHARDS = 256;
const SHARD_ENTRIES_MIN = 4;

/** What CoreDNS makes of a capacity: 10000 becomes 39 entries in each of 256 shards, 9984 in all. */
export const cacheEntriesMax = (capacity: number): number =>
  SHARDS * Math.max(SHARD_ENTRIES_MIN, Math.floor(capacity / SHARDS));

/** plugin/pkg/dnsutil/ttl.go and plugin/cache/cache.go. */
export const SUCCESS_TTL_MAX_SECONDS = 3600;
export const DENIAL_TTL_MAX_SECONDS = 1800;
export const TTL_MIN_SECONDS = 5;

/** A delegation carries no answer to take a TTL from: dnsutil.MinimalDefaultTTL. */
export const DELEGATION_TTL_SECONDS = 5;

/** RFC 9520 §3.2 wants a failure remembered between 1 second and 5 minutes; CoreDNS's default is 5 seconds. */
export const SERVFAIL_MS_DEFAULT = 5000;
export const SERVFAIL_MS_MAX = 300_000;

/** RFC 9520 §3.2: that no upstream answered is remembered for a second at least. */
export const FAILURE_MS_MIN = 1000;

/** CoreDNS plugin/cache/setup.go: the defaults and bounds of `prefetch` and `serve_stale`. */
export const PREFETCH_GAP_MS_DEFAULT = 60_000;
export const PREFETCH_PERCENTAGE_DEFAULT = 10;
export const PREFETCH_PERCENTAGE_MIN = 10;
export const PREFETCH_PERCENTAGE_MAX = 90;
export const STALE_MS_DEFAULT = 3_600_000;
export const STALE_RECHECK_MS_MAX = 300_000;
