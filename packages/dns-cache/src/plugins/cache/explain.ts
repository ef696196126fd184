import type { Cache } from '../../engine/cache.ts';
import { listEntries } from '../../engine/snapshot.ts';
import type { ListedEntry } from '../../engine/snapshot.ts';
import { typeName } from '../../message/numbers.ts';
import type { AskedAbout, Explained, ExplainedEntry } from '../../plugin/explained.ts';
import type { CacheValue } from './setup.ts';

interface Kept {
  readonly value: CacheValue;
  readonly cache: Cache;
  /** Comma between. */
  readonly zones: string;
  readonly covers: boolean;
}

/** As the cache itself sees it: a failure is never served once it has expired. */
const stateOf = ({ remainingSeconds, reply }: ListedEntry, { stale }: CacheValue): ExplainedEntry['state'] => {
  if (remainingSeconds > 0) return 'fresh';
  return stale !== undefined && reply !== 'ServerError' && -remainingSeconds * 1000 < stale.upToMs ? 'stale' : 'expired';
};

/** What is kept of a name, and whether it would be served. */
export const explain = ({ value, cache, zones, covers }: Kept, { name, type, now }: AskedAbout): Explained => ({
  kind: 'cache',
  zones,
  covers,
  entries: listEntries(cache, now, { kind: 'name', name })
    .filter((entry) => type === undefined || entry.type === typeName(type))
    .map((entry) => ({ ...entry, state: stateOf(entry, value) })),
});
