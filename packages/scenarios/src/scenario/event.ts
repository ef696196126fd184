import type { NotrackRules } from './cache-parts.ts';
import type { DnsServer, Habit } from './server.ts';

/** Something that happens at a moment of virtual time. */
export interface ScenarioEvent {
  readonly atMs: number;
  readonly what: Happening;
}

/** Something that happens in a scenario besides lookups. */
export type Happening =
  /** SIGKILL, or the OOM killer: its sockets are gone, and nothing else. */
  | { readonly kind: 'agent-killed' }
  /** SIGTERM: rules and addresses go first, then its sockets, as node-cache does it. */
  | { readonly kind: 'agent-stopped' }
  /** Addresses, then the server with an empty cache, then the rules. */
  | { readonly kind: 'agent-started'; readonly rulesAfterMs: number }
  /** The cache's rules are these from now on. */
  | { readonly kind: 'cache-rules'; readonly are: NotrackRules }
  /** `iptables -F` in every table: kube-proxy's and the cache's are gone. */
  | { readonly kind: 'rules-flushed' }
  /** By a `text` for `iptables-restore --noflush`. */
  | { readonly kind: 'rules-added'; readonly text: string }
  | { readonly kind: 'address-removed'; readonly which: 'local' | 'cluster-ip' }
  | { readonly kind: 'address-added'; readonly which: 'local' | 'cluster-ip' }
  /** A pod behind a Service is gone without a word: nobody answers there. */
  | { readonly kind: 'endpoint-gone'; readonly address: string }
  | { readonly kind: 'endpoint-back'; readonly address: string }
  /** kube-proxy hears of the endpoints: its rules follow, and UDP entries to endpoints that are gone are deleted. */
  | { readonly kind: 'kube-proxy-synced' }
  | { readonly kind: 'server-changes'; readonly server: DnsServer['name']; readonly habits: readonly Habit[] };
