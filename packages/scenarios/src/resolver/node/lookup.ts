import type { ResolverConfig } from '../config.ts';
import type { LookupResult, Progress } from '../machine.ts';
import type { Query } from '../query.ts';

/** `dns.resolve4` and `dns.resolve6` of one name at the same time, by one resolver of Node 20 (c-ares 1.34.6). */
export interface NodeLookup extends Progress {
  readonly config: ResolverConfig;
  /** Fully qualified. */
  readonly name: string;
  readonly startedMs: number;
  /** By nameserver, since its last answer: the one with the fewest is asked. */
  readonly failures: readonly number[];
  readonly connections: readonly NodeConnection[];
  /** A before AAAA. */
  readonly queries: readonly NodeQuery[];
}

/** A socket of either kind; it is closed when no query waits on it. */
export interface NodeConnection {
  /** Index of the nameserver. */
  readonly server: number;
  readonly transport: 'udp' | 'tcp';
  /** Source port, 32768 to 60999. */
  readonly port: number;
}

/** One of Node's queries, and how far it is. */
export interface NodeQuery {
  readonly query: Query;
  /** How often it was sent in vain. */
  readonly tries: number;
  /** From when an answer was truncated on, or from the start with `use-vc`. */
  readonly byTcp: boolean;
  /** Undefined before it is sent. */
  readonly connection: NodeConnection | undefined;
  /** When c-ares gives this server up; Node looks only each second. In milliseconds. */
  readonly dueMs: number;
  /** Undefined as long as it is under way. */
  readonly outcome: NodeOutcome | undefined;
}

/** What came of one of its queries. `addresses` are of one family, in the order of the answer. */
export type NodeOutcome = { readonly kind: 'addresses'; readonly addresses: readonly string[] } | Exclude<LookupResult, { kind: 'resolved' }>;

/** Node's timer runs once a second from the first query on (`ChannelWrap::StartTimer`, src/cares_wrap.cc, Node 20). */
const TICK_MS = 1000;

const nextTick = ({ startedMs }: NodeLookup, dueMs: number): number => startedMs + Math.ceil((dueMs - startedMs) / TICK_MS) * TICK_MS;

/** The lookup with one of its queries changed. */
export const withQuery = (lookup: NodeLookup, changed: NodeQuery): NodeLookup => {
  const queries = lookup.queries.map((query) => (query.query.type === changed.query.type ? changed : query));
  return { ...lookup, queries, deadlineMs: nextTick(lookup, Math.min(...queries.map(({ dueMs }) => dueMs))) };
};

/** The lookup after one of its queries came to an end. */
export const withOutcome = (lookup: NodeLookup, query: NodeQuery, outcome: NodeOutcome): NodeLookup =>
  withQuery(lookup, { ...query, outcome, connection: undefined, dueMs: Infinity });

/** One failure more of a server. */
export const withFailure = (lookup: NodeLookup, server: number): NodeLookup => ({
  ...lookup,
  failures: lookup.failures.map((count, index) => (index === server ? count + 1 : count)),
});

/** Connections on which nothing waits are closed once an event is dealt with (`ares_check_cleanup_conns`). */
export const tidied = (lookup: NodeLookup): NodeLookup => {
  const used = lookup.queries.flatMap(({ connection }) => connection?.port ?? []);
  return { ...lookup, connections: lookup.connections.filter(({ port }) => used.includes(port)) };
};
