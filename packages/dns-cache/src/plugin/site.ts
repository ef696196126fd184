import type { Zone } from '../corefile/zone.ts';
import type { Endpoint } from '../address.ts';
import type { Ledger, LedgerOptions } from '../clients/ledger.ts';
import type { Cache, CacheOptions } from '../engine/cache.ts';
import type { CachePlace, Effect, Place } from '../engine/effect.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { StoredEntry } from '../engine/columns.ts';
import type { CacheEntry } from '../engine/entry.ts';
import type { OwnShare } from '../message/share.ts';
import type { Explain } from './explained.ts';
import type { Handler } from './handler.ts';
import type { ListenAddress } from './listen-address.ts';
import type { HostAddresses } from './lookup.ts';

/** Where the cache of a server block comes from. */
export interface CacheSource {
  /** @param zones those that are cached, comma between */
  adopt(zones: string, options: CacheOptions): Cache;
}

/** A cache as the shortcut sees it. */
export interface HitSource {
  /** TTLs stay as they are. */
  readonly keepTtl: boolean;
  /** The fresh entry, where passing it on is all that there is to do. */
  find(key: string, nameOctets: number, recursionDesired: boolean, now: number): StoredEntry | undefined;
  /** It was passed on. */
  count(entry: CacheEntry, now: number): void;
  /** How its metrics call it for a query that was served there. */
  placeOf(place: Place): CachePlace;
}

/** What a plugin before the cache wants of hits, which go past it. It may look at the client only until it returns. */
export interface HitGuard {
  /** Whether it may be passed on so; else the query takes the long way, unless that is barred. Absent: it may. */
  readonly admits?: (client: Endpoint, now: number, key: string, nameOctets: number, entry: CacheEntry) => boolean;
  /**
   * Whether the client is to hear nothing, and nobody need look into its query: what is to be told of that; `undefined`, or
   * absent: it is to hear.
   */
  readonly bars?: (client: Endpoint, place: Place, now: number) => Effect | undefined;
  /** The client is to hear nothing, as a plugin behind this one wants it; absent: this one does not count that. */
  readonly barred?: (client: Endpoint, key: string, nameOctets: number) => void;
  /** It was passed on; the key begins with the folded name. Absent: this one does not count that. */
  readonly passed?: (client: Endpoint, key: string, nameOctets: number, entry: CacheEntry) => void;
}

/** What a plugin is built into. */
export interface Site {
  readonly runtime: Runtime;
  /** The zones of the server block. */
  readonly zones: readonly Zone[];
  /** Where the block listens. */
  readonly endpoints: readonly ListenAddress[];
  /** @throws where there is no such file. */
  readonly readFile: (path: string) => string;
  /** Is told the new text of a file whenever it has changed. */
  readonly watchFile: (path: string, changed: (text: string) => void) => void;
  /** What was found for the lookups of the block's plugins. */
  readonly hosts: HostAddresses;
  /** Does this once, when the server is listening. */
  readonly atStart: (work: () => void) => void;
  /** Does this once, when the server ends. */
  readonly atStop: (work: () => void) => void;
  readonly caches: CacheSource;
  /** Lets queries go past the plugins, as far as those before it allow, where the answer is in this cache. */
  readonly offerHits: (hits: HitSource) => void;
  /** Has a word about each hit that goes past it. */
  readonly guardHits: (guard: HitGuard) => void;
  /** Answers that are at hand behind this plugin; `undefined` where what stands between looks at each. */
  readonly hitsBehind: HitSource | undefined;
  /** Where clients are counted: one for all blocks that count alike. */
  readonly ledgerFor: (options: LedgerOptions) => Ledger;
  /** Says on demand what it would do with a name. */
  readonly offerWords: (explain: Explain) => void;
  /** Puts a question of our own to the server that the request came to, through all plugins of the block it falls in. */
  readonly resolve: Handler;
  /** Which names come here; limits that hold for all are shared out alike. */
  readonly share: OwnShare;
}
