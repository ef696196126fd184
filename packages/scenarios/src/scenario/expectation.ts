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
export type Counted = (typeof COUNTED)[number];

/** Something that the recording must show. */
export type Expectation =
  /** Inclusive bounds. */
  | { readonly kind: 'counts'; readonly of: Counted; readonly min?: number; readonly max?: number }
  /** All lookups, or the one with this number, from 1. */
  | { readonly kind: 'resolves'; readonly lookup?: number; readonly withinMs?: number }
  | { readonly kind: 'fails'; readonly lookup?: number; readonly why: 'timed-out' | 'refused' | 'server-failure' | 'not-found' }
  /** Whose answers clients took, in the order of names: `CoreDNS`, `node-cache`; nobody's. */
  | { readonly kind: 'answered-by'; readonly who: readonly string[] }
  /** Packets were lost for this reason: `reverse-path`, `policy`, `conntrack-table-full`, `too-large` … */
  | { readonly kind: 'loses'; readonly why: string; readonly min?: number; readonly max?: number }
  /** What the model lacks, in its own words: part of them. */
  | { readonly kind: 'says-not-modelled'; readonly what: string }
  /** A part of a line that the cache logged. */
  | { readonly kind: 'logs'; readonly what: string };
