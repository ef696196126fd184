/** What can be counted in a recording. */
export const COUNTED = [
  'lookups-resolved',
  'lookups-failed',
  'lookups-not-found',
  'lookups-not-known',
  'slowest-lookup-ms',
  'questions-of-clients',
  'tcp-questions-of-clients',
  'questions-to-servers',
  'truncated-answers',
  'packets',
  'links-passed',
  'node-crossings',
  'packets-lost',
  'five-second-waits',
  'cache-hits',
  'cache-misses',
  'entries-most',
  'entries-at-end',
  'entries-of-clients',
  'entries-evicted',
  'answers-tracked',
  'answers-from-elsewhere',
  'insert-failed',
  'not-modelled',
] as const;
/** What can be counted in a recording. */
export type Counted = (typeof COUNTED)[number];

/** Why packets get lost: what a walk ends with, what happens on a link, and that nobody is there. */
export const LOSSES = [
  'rule', 'rejected', 'answered-open', 'policy', 'nft-rule', 'nft-rejected', 'nft-policy', 'malformed', 'queue-without-listener',
  'martian-source', 'martian-destination', 'reverse-path', 'no-route', 'no-source', 'unreachable', 'prohibited', 'blackhole', 'not-a-router',
  'time-exceeded', 'assigned-to-socket', 'not-joined', 'no-port', 'device-down', 'conntrack-table-full', 'conntrack-clash',
  'no-address-to-masquerade', 'no-address-to-redirect', 'masquerade-device-changed', 'icmp-redirect-of-translated',
  'lost-on-link', 'too-large', 'not-this-node', 'nobody-there',
] as const;
/** Why a packet was lost. */
export type LossCause = (typeof LOSSES)[number];

/** Whose answers a client can take. */
export const ANSWERERS = ['node-cache', 'CoreDNS', 'gateway', 'resolved'] as const;
/** Who can have answered. */
export type Answerer = (typeof ANSWERERS)[number];

/** Something that the recording must show. */
export type Expectation =
  /** From `min` to `max`, both counted in; an absent one is no bound, and one of the two must be there. */
  | { readonly kind: 'counts'; readonly of: Counted; readonly min?: number; readonly max?: number }
  /**
   * All lookups, or the one with the number `lookup`, from 1; `withinMs` of its start, or, where that is absent, whenever.
   */
  | { readonly kind: 'resolves'; readonly lookup?: number; readonly withinMs?: number }
  /** The lookup with this number (`lookup`), from 1; absent: all. */
  | { readonly kind: 'fails'; readonly lookup?: number; readonly why: 'timed-out' | 'refused' | 'server-failure' | 'not-found' }
  /** Whose answers clients took, in the order of names: `CoreDNS`, `node-cache`; nobody's. */
  | { readonly kind: 'answered-by'; readonly who: readonly Answerer[] }
  /** Packets were lost for this reason: from `min` (1 where it is absent) to `max` (any number where it is absent). */
  | { readonly kind: 'loses'; readonly why: LossCause; readonly min?: number; readonly max?: number }
  /** `what` is a part of what the model says that it lacks. */
  | { readonly kind: 'says-not-modelled'; readonly what: string }
  /** `what` is a part of a line that the cache logged. */
  | { readonly kind: 'logs'; readonly what: string };
