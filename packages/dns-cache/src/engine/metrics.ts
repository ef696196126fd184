/**
 * The metrics of CoreDNS 1.14 by name: their labels in order, and what Prometheus is told they are.
 * Sources: plugin/metrics/vars, plugin/pkg/proxy/metrics.go, and the metrics.go of each plugin.
 */
export interface MetricDefinition {
  /** A timestamp is a gauge that reads the time of day at which it was recorded, whatever value came with it. */
  readonly kind: 'counter' | 'gauge' | 'timestamp' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds, ascending, without +Inf; of histograms only. */
  readonly buckets?: readonly number[];
  /** A gauge of which each of several threads has a part; any other is the same in all of them. */
  readonly isShared?: boolean;
  /** A counter with labels that is shown before it has counted anything. */
  readonly isShownAtZero?: boolean;
}

/** plugin/plugin.go, TimeBuckets: from 0.25 ms to about 8 s. */
export const TIME_BUCKETS: readonly number[] = [
  0.00025, 0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.024, 2.048, 4.096, 8.192,
];

/** plugin/plugin.go, SlimTimeBuckets. */
const SLIM_TIME_BUCKETS: readonly number[] = [0.00025, 0.0025, 0.025, 0.25, 2.5];

/** plugin/metrics/vars/vars.go; 8291 is what the source has. */
export const SIZE_BUCKETS: readonly number[] = [
  0, 100, 200, 300, 400, 511, 1023, 2047, 4095, 8291, 16000, 32000, 48000, 64000,
];

const counter = (help: string, ...labels: readonly string[]): MetricDefinition => ({ kind: 'counter', help, labels });
const gauge = (help: string, ...labels: readonly string[]): MetricDefinition => ({ kind: 'gauge', help, labels });
const histogram = (help: string, buckets: readonly number[], ...labels: readonly string[]): MetricDefinition => ({
  kind: 'histogram',
  help,
  labels,
  buckets,
});

const PLACE = ['server', 'zone', 'view'] as const;
const CACHE = ['server', 'zones', 'view'] as const;

const DEFINITIONS = {
  coredns_build_info: gauge("A metric with a constant '1' value labeled by version, revision, and goversion from which CoreDNS was built.", 'version', 'revision', 'goversion'),
  coredns_panics_total: counter('A metrics that counts the number of panics.'),
  coredns_plugin_enabled: gauge('A metric that indicates whether a plugin is enabled on per server and zone basis.', ...PLACE, 'name'),
  coredns_dns_requests_total: counter('Counter of DNS requests made per zone, protocol and family.', ...PLACE, 'proto', 'family', 'type'),
  coredns_dns_request_duration_seconds: histogram('Histogram of the time (in seconds) each request took per zone.', TIME_BUCKETS, ...PLACE),
  coredns_dns_request_size_bytes: histogram('Size of the EDNS0 UDP buffer in bytes (64K for TCP) per zone and protocol.', SIZE_BUCKETS, ...PLACE, 'proto'),
  coredns_dns_response_size_bytes: histogram('Size of the returned response in bytes.', SIZE_BUCKETS, ...PLACE, 'proto'),
  coredns_dns_do_requests_total: counter('Counter of DNS requests with DO bit set per zone.', ...PLACE),
  coredns_dns_responses_total: counter('Counter of response status codes.', ...PLACE, 'rcode', 'plugin'),
  coredns_cache_entries: { ...gauge('The number of elements in the cache.', 'server', 'type', 'zones', 'view'), isShared: true },
  coredns_cache_requests_total: counter('The count of cache requests.', ...CACHE),
  coredns_cache_hits_total: counter('The count of cache hits.', 'server', 'type', 'zones', 'view'),
  coredns_cache_misses_total: counter('The count of cache misses. Deprecated, derive misses from cache hits/requests counters.', ...CACHE),
  coredns_cache_prefetch_total: counter('The number of times the cache has prefetched a cached item.', ...CACHE),
  coredns_cache_drops_total: counter('The number responses that are not cached, because the reply is malformed.', ...CACHE),
  coredns_cache_served_stale_total: counter('The number of requests served from stale cache entries.', ...CACHE),
  coredns_cache_evictions_total: counter('The count of cache evictions.', 'server', 'type', 'zones', 'view'),
  coredns_forward_healthcheck_broken_total: counter('Counter of the number of complete failures of the healthchecks.'),
  coredns_forward_max_concurrent_rejects_total: counter('Counter of the number of queries rejected because the concurrent queries were at maximum.'),
  coredns_proxy_request_duration_seconds: histogram('Histogram of the time each request took.', TIME_BUCKETS, 'proxy_name', 'to', 'rcode'),
  coredns_proxy_healthcheck_failures_total: counter('Counter of the number of failed healthchecks.', 'proxy_name', 'to'),
  coredns_proxy_conn_cache_hits_total: counter('Counter of connection cache hits per upstream and protocol.', 'proxy_name', 'to', 'proto'),
  coredns_proxy_conn_cache_misses_total: counter('Counter of connection cache misses per upstream and protocol.', 'proxy_name', 'to', 'proto'),
  coredns_health_request_duration_seconds: histogram('Histogram of the time (in seconds) each request took.', SLIM_TIME_BUCKETS),
  coredns_health_request_failures_total: counter('The number of times the health check failed.'),
  coredns_reload_failed_total: counter('Counter of the number of failed reload attempts.'),
  coredns_reload_version_info: gauge('A metric with a constant value labeled by hash, and value which type of hash generated.', 'hash', 'value'),
  coredns_hosts_entries: gauge('The combined number of entries in hosts and Corefile.', 'hostsfile'),
  coredns_hosts_reload_timestamp_seconds: { kind: 'timestamp', help: 'The timestamp of the last reload of hosts file.', labels: [] },
  coredns_template_matches_total: counter('Counter of template regex matches.', ...PLACE, 'class', 'type'),
  coredns_template_template_failures_total: counter('Counter of go template failures.', ...PLACE, 'class', 'type', 'section', 'template'),
  coredns_template_rr_failures_total: counter('Counter of mis-templated RRs.', ...PLACE, 'class', 'type', 'section', 'template'),
  coredns_dns64_requests_translated_total: counter('Counter of DNS requests translated by dns64.', 'server'),
  coredns_local_localhost_requests_total: counter('Counter of localhost.<domain> requests.'),
  coredns_shed_dropped_total: counter('Counter of queries and responses dropped, per server, by reason.', 'server', 'reason'),
  coredns_acl_blocked_requests_total: counter('Counter of DNS requests being blocked.', ...PLACE),
  coredns_acl_filtered_requests_total: counter('Counter of DNS requests being filtered.', ...PLACE),
  coredns_acl_dropped_requests_total: counter('Counter of DNS requests being dropped.', ...PLACE),
  coredns_acl_allowed_requests_total: counter('Counter of DNS requests being allowed.', 'server', 'view'),
  coredns_clients_queries: gauge('About how many queries each of those clients has sent that have sent most, never too few.', 'client'),
  coredns_clients_denials: gauge('How many of these were for names or types that do not exist.', 'client'),
  coredns_clients_failures: gauge('How many of these could not be answered.', 'client'),
  coredns_clients_own_names: gauge('How many of the names that were asked for last only this client asked for.', 'client'),
  coredns_clients_queries_error: gauge('By how many queries the counts that are shown may be too high at most, and how many a client may have sent at most that is not shown.', 'of'),
  coredns_limit_exceeded_total: counter('Counter of queries of clients that ask more than they may, by what became of them.', ...PLACE, 'action'),
  coredns_search_denials_total: counter('Counter of denied questions for a name in the first domain of a search list, by what was found at its other places.', ...PLACE, 'result'),
  coredns_nodecache_setup_errors_total: { ...counter('The number of errors during periodic network setup for node-cache', 'errortype'), isShownAtZero: true },
  coredns_nodecache_mended_total: { ...counter('Counter of rules, links and addresses of the node agent that were lost, or were not to be there, and were mended.', 'what'), isShownAtZero: true },
} satisfies Readonly<Record<string, MetricDefinition>>;

/** The names of all metrics. */
export type MetricName = keyof typeof DEFINITIONS;

export const METRICS: Readonly<Record<MetricName, MetricDefinition>> = DEFINITIONS;
