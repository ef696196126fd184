/** How long upstreams are waited for, and how often they are asked. CoreDNS 1.14.7 where nothing else is said. */

/**
 * A query in all. CoreDNS has 5 s (plugin/forward/forward.go, defaultTimeout); but glibc, musl and dig give up after
 * 5 s themselves, and would hear nothing where they could hear SERVFAIL and why.
 */
export const DEADLINE_MS = 4000;

/** plugin/pkg/proxy/proxy.go: after this, an attempt counts as failed. */
export const READ_TIMEOUT_MS = 2000;

/** plugin/forward/setup.go: max. */
export const UPSTREAMS_MAX = 15;

/** plugin/forward/setup.go since 1.14.7: an upstream is tried twice for one query. */
export const ATTEMPTS_PER_UPSTREAM = 2;

/** plugin/forward/forward.go: defaultExpire. */
export const EXPIRE_MS = 10_000;

/** plugin/forward/forward.go: the upstream is down when more probes than this have failed. */
export const MAX_FAILS = 2;

/** plugin/forward/forward.go: hcInterval, the pause between two probes. */
export const PROBE_INTERVAL_MS = 500;

/** plugin/pkg/proxy/health.go: how long a probe waits. */
export const PROBE_TIMEOUT_MS = 1000;

/** With `health_check 0s` CoreDNS probes an upstream that refuses as fast as it can; there is no use in that. */
export const PROBE_INTERVAL_MIN_MS = 50;

/** Where attempts are not limited, those beyond the usual number are at least this far apart (RFC 9520 §3.1). */
export const FURTHER_ATTEMPT_PAUSE_MS = 250;

/** Datagrams that are not the reply, after which a forger may be at work and the question moves to TCP (RFC 5452 §9.3). */
export const MISMATCHES_MAX = 32;

/** How long it is remembered what an upstream makes of EDNS. */
export const EDNS_MEMORY_MS = 900_000;

/** So many questions with OPT in a row answered only without it, and it is left out from the start. */
export const EDNS_IGNORED_MAX = 2;
