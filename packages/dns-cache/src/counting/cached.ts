import type { CacheEffect, CachePlace } from '../engine/effect.ts';
import type { MetricName } from '../engine/metrics.ts';
import type { StoreName } from '../engine/store.ts';
import { rememberByIdentity } from '../remember.ts';
import type { Catalogue } from './catalogue.ts';
import type { Sample } from './family.ts';

type ByStore = Readonly<Record<StoreName, Sample>>;

/** The series of one cache at one place, found once and kept at hand. */
interface CacheSeries {
  readonly requests: Sample;
  readonly misses: Sample;
  readonly refreshes: Sample;
  readonly drops: Sample;
  readonly stale: Sample;
  readonly hits: ByStore;
  readonly entries: ByStore;
  readonly evictions: ByStore;
}

/** Counts what caches do as CoreDNS's cache plugin does (plugin/cache/metrics.go). */
export const createCacheCounter = (catalogue: Catalogue): ((effect: CacheEffect) => void) => {
  const create = ({ server, zones, view }: CachePlace): CacheSeries => {
    const one = (name: MetricName): Sample => catalogue.sample(name, [server, zones, view]);
    const stores = (name: MetricName): ByStore => ({
      success: catalogue.sample(name, [server, 'success', zones, view]),
      denial: catalogue.sample(name, [server, 'denial', zones, view]),
    });
    return {
      requests: one('coredns_cache_requests_total'),
      misses: one('coredns_cache_misses_total'),
      refreshes: one('coredns_cache_prefetch_total'),
      drops: one('coredns_cache_drops_total'),
      stale: one('coredns_cache_served_stale_total'),
      hits: stores('coredns_cache_hits_total'),
      entries: stores('coredns_cache_entries'),
      evictions: stores('coredns_cache_evictions_total'),
    };
  };

  const seriesOf = rememberByIdentity(create);

  return (effect) => {
    const series = seriesOf(effect.cache);
    switch (effect.outcome) {
      case 'hit':
        series.requests.value += 1;
        series.hits[effect.store].value += 1;
        if (effect.stale) series.stale.value += 1;
        return;
      case 'miss':
        series.requests.value += 1;
        series.misses.value += 1;
        return;
      case 'stored':
        series.entries[effect.store].value = effect.entries;
        series.evictions[effect.store].value += effect.evictions;
        return;
      case 'refresh':
        series.refreshes.value += 1;
        return;
      case 'mismatch':
        series.drops.value += 1;
    }
  };
};
