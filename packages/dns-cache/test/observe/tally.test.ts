import type { CacheEffect } from '@nodelocal/dns-cache';
import { createTally } from '@nodelocal/dns-cache';
import { expect, it } from 'vitest';
import { createMetrics } from '../../src/observe/metrics.ts';

const cache = { server: 'dns://10.96.0.10:53', zone: 'cluster.local.', zones: 'cluster.local.', view: '', isCounted: true };

const EFFECTS: readonly CacheEffect[] = [
  { kind: 'cache', cache, outcome: 'miss', coalesced: false },
  { kind: 'cache', cache, outcome: 'stored', store: 'success', lifeSeconds: 30, entries: 1, evictions: 0 },
  { kind: 'cache', cache, outcome: 'hit', store: 'success', stale: false },
];

it('a tally has what the page of metrics has, in the order of Go’s client', async () => {
  const tally = createTally(() => 0);
  const metrics = createMetrics();
  for (const effect of EFFECTS) {
    tally.count(effect);
    metrics.count(effect);
  }
  const shown = tally
    .shown()
    .filter(({ name }) => name.startsWith('coredns_cache'))
    .map(({ name, labels, value }) => `${name}{${Object.entries(labels).map(([label, text]) => `${label}="${text}"`).join(',')}} ${value}`);
  expect(shown).toEqual([
    'coredns_cache_entries{server="dns://10.96.0.10:53",type="denial",view="",zones="cluster.local."} 0',
    'coredns_cache_entries{server="dns://10.96.0.10:53",type="success",view="",zones="cluster.local."} 1',
    'coredns_cache_hits_total{server="dns://10.96.0.10:53",type="success",view="",zones="cluster.local."} 1',
    'coredns_cache_misses_total{server="dns://10.96.0.10:53",view="",zones="cluster.local."} 1',
    'coredns_cache_requests_total{server="dns://10.96.0.10:53",view="",zones="cluster.local."} 2',
  ]);
  const page = (await metrics.expose(false)).text.split('\n').filter((line) => line.startsWith('coredns_cache'));
  expect(page.toSorted()).toEqual(shown.toSorted());
});

it('a tally is told the time of day', () => {
  const tally = createTally(() => 1_764_489_600_000);
  tally.count({ kind: 'metric', metric: 'coredns_hosts_reload_timestamp_seconds', labels: [], value: 0 });
  expect(tally.shown().find(({ name }) => name === 'coredns_hosts_reload_timestamp_seconds')?.value).toBe(1_764_489_600);
});
