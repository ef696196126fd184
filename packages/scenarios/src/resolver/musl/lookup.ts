import type { Candidate } from '../candidates.ts';
import { candidatesOf } from '../candidates.ts';
import type { ResolverConfig } from '../config.ts';
import type { Progress } from '../machine.ts';
import type { Query, Reply } from '../query.ts';

/** A lookup of musl in progress: A and AAAA of one name from one socket, to all nameservers at once. */
export interface MuslLookup extends Progress {
  readonly config: ResolverConfig;
  /** Whether a truncated answer leads to TCP: since 1.2.4. */
  readonly hasTcp: boolean;
  readonly candidates: readonly Candidate[];
  /** Index of the name that is being asked for. */
  readonly candidate: number;
  /** Source port, 32768 to 60999: every name gets a socket of its own. It is not connected, so no ICMP error ever reaches it. */
  readonly port: number;
  readonly queries: readonly Query[];
  readonly replies: readonly Reply[];
  /** Connections by the numbers of their queries: each has its own, and is never asked by UDP again. */
  readonly connections: ReadonlyMap<number, number>;
  /** When the name was first asked for, and when the questions were last sent to all, in milliseconds. */
  readonly startedMs: number;
  readonly sentMs: number;
  /** How many server failures may still be answered by asking that server at once. */
  readonly retries: number;
  /** The last error that a server answered with; `undefined`: none has. */
  readonly heard: 'server-failure' | 'refused' | undefined;
}

/**
 * A name with enough dots is asked for as it is and in no other way; otherwise it comes after the search list
 * (`name_from_dns_search`, src/network/lookup_name.c, 1.2.3).
 */
export const muslCandidates = (name: string, config: ResolverConfig): readonly Candidate[] => {
  const all = candidatesOf(name, config);
  const [first] = all;
  return first?.asIs === true ? [first] : all;
};

/** The name of the queries that are under way. */
export const askedName = ({ candidates, candidate }: MuslLookup): string => candidates[candidate]?.name ?? '.';

/** What a search knows before it asks for a name. */
export type MuslSearch = Pick<MuslLookup, 'config' | 'hasTcp' | 'candidates' | 'candidate'>;

/** Questions without an answer. */
export const openQueries = ({ queries, replies }: MuslLookup): readonly Query[] =>
  queries.filter(({ id }) => !replies.some(({ query }) => query.id === id));

/** Those of them that are asked by UDP. */
export const askedByUdp = (lookup: MuslLookup): readonly Query[] => openQueries(lookup).filter(({ id }) => !lookup.connections.has(id));
