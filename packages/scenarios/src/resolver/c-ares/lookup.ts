import type { Candidate } from '../candidates.ts';
import type { ResolverConfig } from '../config.ts';
import type { LookupFailure, Progress, Step } from '../machine.ts';
import type { Query } from '../query.ts';

/** A lookup of c-ares 1.18.1 in progress: A and AAAA of one name, each on its own way from server to server. */
export interface CaresLookup extends Progress {
  /** `ares_getaddrinfo` itself, or Node, which takes errors for answers and looks for timeouts only once a second. */
  readonly by: 'getaddrinfo' | 'node';
  readonly config: ResolverConfig;
  readonly startedMs: number;
  readonly candidates: readonly Candidate[];
  /** Index of the name that is being asked for. */
  readonly candidate: number;
  /** A and AAAA of the present name. */
  readonly queries: readonly CaresQuery[];
  /** Source ports by nameserver. All queries share them, and those for the next name too. */
  readonly sockets: ReadonlyMap<number, number>;
  /** Source ports of TCP, by nameserver. */
  readonly connections: ReadonlyMap<number, number>;
  /** How many queries have begun; with `rotate` each begins one server further. */
  readonly begun: number;
}

/** One of c-ares' queries, and how far it is. */
export interface CaresQuery {
  readonly query: Query;
  /** Index of the nameserver that is being asked, and how many were tried or passed before. */
  readonly server: number;
  /** How many servers were tried or passed before, over all attempts. */
  readonly tries: number;
  /** Nameservers that failed for this query: they are not asked again. */
  readonly skipped: readonly number[];
  /** By TCP since an answer was truncated; by these connections it was sent already. */
  readonly byTcp: boolean;
  /** Source ports of the connections that have had it. */
  readonly sentBy: readonly number[];
  /** When this server is given up, in milliseconds. */
  readonly deadlineMs: number;
  /** Undefined as long as it is under way. */
  readonly outcome: CaresOutcome | undefined;
}

/** What came of one of its queries. `addresses` are of one family, in the order of the answer. */
export type CaresOutcome =
  | { readonly kind: 'addresses'; readonly addresses: readonly string[] }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'failed'; readonly why: LookupFailure };

/** A step that concerns one of the queries. */
export type CaresStep = Step<CaresLookup>;

export const queryAt = (lookup: CaresLookup, type: Query['type']): CaresQuery | undefined =>
  lookup.queries.find(({ query }) => query.type === type);

/** Node's timer runs once a second from the first query on (`ChannelWrap::StartTimer`, src/cares_wrap.cc, Node 18). */
const TICK_MS = 1000;

const withQueries = (lookup: CaresLookup, queries: readonly CaresQuery[]): CaresLookup => {
  const { by, startedMs } = lookup;
  const dueMs = Math.min(...queries.map(({ deadlineMs }) => deadlineMs));
  const tickMs = startedMs + Math.ceil((dueMs - startedMs) / TICK_MS) * TICK_MS;
  return { ...lookup, queries, deadlineMs: by === 'node' ? tickMs : dueMs };
};

/** The lookup with one of its queries changed. */
export const withQuery = (lookup: CaresLookup, changed: CaresQuery): CaresLookup =>
  withQueries(lookup, lookup.queries.map((query) => (query.query.type === changed.query.type ? changed : query)));

/** The lookup after one of its queries came to an end. It goes to the end of the row: the last one decides. */
export const withOutcome = (lookup: CaresLookup, { query: { type } }: CaresQuery, outcome: CaresOutcome): CaresLookup => {
  const others = lookup.queries.filter(({ query }) => query.type !== type);
  const own = lookup.queries.filter(({ query }) => query.type === type);
  return withQueries(lookup, [...others, ...own.map((query) => ({ ...query, outcome, deadlineMs: Infinity }))]);
};
