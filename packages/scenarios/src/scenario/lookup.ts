/** A program asks its resolver for the addresses of a name. */
export interface ScenarioLookup {
  /** The name of the client. */
  readonly client: string;
  /** `{n}` stands for the number of the repetition, from 1. */
  readonly name: string;
  /** `getaddrinfo` for addresses of any family, or of IPv4 alone (AF_INET). */
  readonly call: 'any-family' | 'ipv4-only';
  readonly start: LookupStart;
  /** Absent: once. */
  readonly repeat?: Repetition;
}

/** When a lookup begins. */
export type LookupStart =
  | { readonly kind: 'at'; readonly atMs: number }
  /** After the one that stands before it has ended; the first one: after the beginning. */
  | { readonly kind: 'after'; readonly afterMs: number };

/** The same again and again, whether or not those before have ended; the first of them counts. */
export interface Repetition {
  /** In all, from 1. */
  readonly times: number;
  readonly everyMs: number;
}
