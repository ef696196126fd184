import { collectDefaultMetrics, Registry } from 'prom-client';
import type { CacheEffect, CachePlace, Effect, Place, ServedEffect } from '../engine/effect.ts';
import type { MetricName } from '../engine/metrics.ts';
import { METRICS, SIZE_BUCKETS, TIME_BUCKETS } from '../engine/metrics.ts';
import { rcodeName, typeName } from '../message/numbers.ts';
import { exposeDistributions, exposeSamples } from './exposition.ts';
import type { Distribution, Family, Sample } from './family.ts';
import { distributionFamily, observe, sampleFamily } from './family.ts';

/** plugin/metrics/vars/monitor.go: the types with a label of their own; a name never is a label (cardinality). */
const MONITORED_TYPES: ReadonlySet<string> = new Set([
  'A', 'AAAA', 'CNAME', 'DNSKEY', 'DS', 'MX', 'NSEC', 'NSEC3', 'NS', 'PTR', 'RRSIG', 'SOA', 'SRV', 'TXT', 'HTTPS',
  'SVCB', 'IXFR', 'AXFR', 'ANY',
]);

const monitoredType = (type: number): string => {
  const name = typeName(type);
  return MONITORED_TYPES.has(name) ? name : 'other';
};

/** The series of one place, found once and kept at hand. */
interface PlaceSeries {
  readonly duration: Distribution;
  readonly requestSize: Readonly<Record<'udp' | 'tcp', Distribution>>;
  readonly responseSize: Readonly<Record<'udp' | 'tcp', Distribution>>;
  readonly dnssecOk: Sample;
  /** By type, transport and family. */
  readonly requests: Map<number, Sample>;
  /** By plugin and response code. */
  readonly responses: Map<string, Map<number, Sample>>;
}

interface CacheSeries {
  readonly requests: Sample;
  readonly misses: Sample;
  readonly refreshes: Sample;
  readonly drops: Sample;
  readonly stale: Sample;
  readonly hits: Readonly<Record<'success' | 'denial', Sample>>;
  readonly entries: Readonly<Record<'success' | 'denial', Sample>>;
  readonly evictions: Readonly<Record<'success' | 'denial', Sample>>;
}

/** Effects folded into the numbers that Prometheus asks for. */
export interface Metrics {
  /** Counts what a name server did; effects that no metric is about pass. */
  count(effect: Effect): void;
  /** Sets a gauge, or adds to a counter or histogram, that no effect is about. */
  record(metric: MetricName, labels: readonly string[], value: number): void;
  /** The text format, and its content type. */
  expose(): Promise<{ readonly contentType: string; readonly text: string }>;
}

const NAMES = Object.keys(METRICS) as readonly MetricName[];

export const createMetrics = (): Metrics => {
  const registry = new Registry();
  const samples = new Map<MetricName, Family<Sample>>();
  const distributions = new Map<MetricName, Family<Distribution>>();
  for (const name of NAMES) {
    if (METRICS[name].kind === 'histogram') {
      const family = distributionFamily(name);
      distributions.set(name, family);
      exposeDistributions(registry, family);
    } else {
      const family = sampleFamily(name);
      samples.set(name, family);
      exposeSamples(registry, family);
    }
  }
  collectDefaultMetrics({ register: registry });

  const sample = (name: MetricName, ...labels: readonly string[]): Sample => {
    const family = samples.get(name);
    if (family === undefined) throw new RangeError(`${name} is a histogram`);
    return family.child(labels);
  };
  const distribution = (name: MetricName, ...labels: readonly string[]): Distribution => {
    const family = distributions.get(name);
    if (family === undefined) throw new RangeError(`${name} is no histogram`);
    return family.child(labels);
  };

  const places = new WeakMap<Place, PlaceSeries>();
  const caches = new WeakMap<CachePlace, CacheSeries>();

  const seriesOf = (place: Place): PlaceSeries => {
    const known = places.get(place);
    if (known !== undefined) return known;
    const { server, zone, view } = place;
    const sizes = (name: MetricName) => ({
      udp: distribution(name, server, zone, view, 'udp'),
      tcp: distribution(name, server, zone, view, 'tcp'),
    });
    const made: PlaceSeries = {
      duration: distribution('coredns_dns_request_duration_seconds', server, zone, view),
      requestSize: sizes('coredns_dns_request_size_bytes'),
      responseSize: sizes('coredns_dns_response_size_bytes'),
      dnssecOk: sample('coredns_dns_do_requests_total', server, zone, view),
      requests: new Map(),
      responses: new Map(),
    };
    places.set(place, made);
    return made;
  };

  const cacheSeriesOf = (cache: CachePlace): CacheSeries => {
    const known = caches.get(cache);
    if (known !== undefined) return known;
    const { server, zones, view } = cache;
    const stores = (name: MetricName) => ({
      success: sample(name, server, 'success', zones, view),
      denial: sample(name, server, 'denial', zones, view),
    });
    const made: CacheSeries = {
      requests: sample('coredns_cache_requests_total', server, zones, view),
      misses: sample('coredns_cache_misses_total', server, zones, view),
      refreshes: sample('coredns_cache_prefetch_total', server, zones, view),
      drops: sample('coredns_cache_drops_total', server, zones, view),
      stale: sample('coredns_cache_served_stale_total', server, zones, view),
      hits: stores('coredns_cache_hits_total'),
      entries: stores('coredns_cache_entries'),
      evictions: stores('coredns_cache_evictions_total'),
    };
    caches.set(cache, made);
    return made;
  };

  const requestsOf = (series: PlaceSeries, effect: ServedEffect): Sample => {
    const ipv6 = effect.client.address.includes(':');
    const index = effect.type * 4 + (effect.transport === 'tcp' ? 2 : 0) + (ipv6 ? 1 : 0);
    const known = series.requests.get(index);
    if (known !== undefined) return known;
    const { server, zone, view } = effect.place;
    const labels = [effect.transport, ipv6 ? '2' : '1', monitoredType(effect.type)];
    const made = sample('coredns_dns_requests_total', server, zone, view, ...labels);
    series.requests.set(index, made);
    return made;
  };

  const responsesOf = (series: PlaceSeries, { place, plugin }: ServedEffect, rcode: number): Sample => {
    let byCode = series.responses.get(plugin);
    if (byCode === undefined) {
      byCode = new Map();
      series.responses.set(plugin, byCode);
    }
    const known = byCode.get(rcode);
    if (known !== undefined) return known;
    const { server, zone, view } = place;
    const made = sample('coredns_dns_responses_total', server, zone, view, rcodeName(rcode), plugin);
    byCode.set(rcode, made);
    return made;
  };

  const countServed = (effect: ServedEffect): void => {
    const series = seriesOf(effect.place);
    requestsOf(series, effect).value += 1;
    observe(series.duration, TIME_BUCKETS, effect.durationMs / 1000);
    observe(series.requestSize[effect.transport], SIZE_BUCKETS, effect.octets);
    if (effect.dnssecOk) series.dnssecOk.value += 1;
    if (effect.rcode === undefined) return;
    observe(series.responseSize[effect.transport], SIZE_BUCKETS, effect.answerOctets);
    responsesOf(series, effect, effect.rcode).value += 1;
  };

  const countCache = (effect: CacheEffect): void => {
    const series = cacheSeriesOf(effect.cache);
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

  const record = (metric: MetricName, labels: readonly string[], value: number): void => {
    const { kind, buckets = [] } = METRICS[metric];
    switch (kind) {
      case 'counter':
        sample(metric, ...labels).value += value;
        return;
      case 'gauge':
        sample(metric, ...labels).value = value;
        return;
      case 'timestamp':
        sample(metric, ...labels).value = Date.now() / 1000;
        return;
      case 'histogram':
        observe(distribution(metric, ...labels), buckets, value);
    }
  };

  return {
    count(effect) {
      switch (effect.kind) {
        case 'served':
          countServed(effect);
          return;
        case 'cache':
          countCache(effect);
          return;
        case 'metric':
          record(effect.metric, effect.labels, effect.value);
          return;
        case 'answer':
        case 'drop':
        case 'ask':
        case 'abandon':
        case 'log':
      }
    },
    record,
    expose: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
};
