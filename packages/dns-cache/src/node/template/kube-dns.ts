/** The keys of the ConfigMap kube-dns that are read. `federations` is of no use any more, and all others are somebody else's. */
export const KUBE_DNS_KEYS = ['stubDomains', 'upstreamNameservers'] as const;

type Key = (typeof KUBE_DNS_KEYS)[number];

/** What the ConfigMap asks for. */
export interface KubeDns {
  /** The servers of each domain, 1 to 15, as they are written. */
  readonly stubDomains: ReadonlyMap<string, readonly string[]>;
  /** At most 3; none means /etc/resolv.conf. */
  readonly upstreamNameservers: readonly string[];
}

/** A ConfigMap that says nothing. */
export const NO_KUBE_DNS: KubeDns = { stubDomains: new Map(), upstreamNameservers: [] };

/** Something in the ConfigMap that cannot be done. What it was before stays, where it was something. */
export type KubeDnsProblem =
  | { readonly kind: 'directory'; readonly reason: string }
  | { readonly kind: 'key'; readonly key: Key; readonly reason: string }
  | { readonly kind: 'domain'; readonly domain: string; readonly reason: string };

/** What a key asks for, or the whole of the ConfigMap. */
export interface Reading<Value> {
  readonly value: Value;
  readonly problems: readonly KubeDnsProblem[];
}

/** One line, for the log. */
export const problemText = (problem: KubeDnsProblem): string => {
  switch (problem.kind) {
    case 'directory':
      return `ConfigMap kube-dns: ${problem.reason}; it stays as it was`;
    case 'key':
      return `ConfigMap kube-dns: ${problem.key}: ${problem.reason}; it stays as it was`;
    case 'domain':
      return `ConfigMap kube-dns: stubDomains: '${problem.domain}': ${problem.reason}`;
  }
};
