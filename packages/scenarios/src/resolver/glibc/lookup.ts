import type { Candidate } from '../candidates.ts';
import type { ResolverConfig } from '../config.ts';
import type { Draw, LookupResult, Progress, Step } from '../machine.ts';
import { drawPort } from '../machine.ts';
import type { Query, Reply } from '../query.ts';

/** A lookup of glibc 2.36 in progress: A and AAAA of one name at a time. */
export interface Lookup extends Progress {
  readonly config: ResolverConfig;
  readonly candidates: readonly Candidate[];
  /** Index of the name that is being asked for. */
  readonly candidate: number;
  /** From 0; every nameserver is tried once in each. */
  readonly attempt: number;
  /** How many nameservers this attempt has passed already. */
  readonly passed: number;
  /** Index of the nameserver that an attempt begins with: `rotate` moves it on with every name. */
  readonly rotation: number;
  /** How the questions go out. A lost second answer changes it for the rest of the process (RES_SNGLKUP, RES_SNGLKUPREOP). */
  readonly asking: ResolverConfig['asking'];
  /** Source ports by nameserver: a socket stays open for the next attempt. */
  readonly sockets: ReadonlyMap<number, number>;
  /** TCP from here on, and by which connection, known by its source port; `undefined`: UDP. */
  readonly connection: number | undefined;
  readonly queries: readonly Query[];
  /** Of this attempt, in the order in which they came. */
  readonly replies: readonly Reply[];
  /** Response code of the first reply of the last attempt that had one: it is what the buffer holds; `undefined`: nothing yet. */
  readonly heldRcode: string | undefined;
  /** Some server answered or was waited for, so the end is no refusal (ECONNREFUSED). */
  readonly gotSomewhere: boolean;
  /** A server failed for an earlier name, so "not found" would say too much. */
  readonly failedBefore: boolean;
  /** An earlier name exists, without addresses: that is said rather than of a failure. */
  readonly noDataBefore: boolean;
  /** What the name as it is came to, where it was tried first: it is what the caller hears in the end; else `undefined`. */
  readonly asIsResult: LookupResult | undefined;
  /** When the present attempt is given up, in milliseconds; Infinity by TCP, for which glibc has no timeout. */
  readonly deadlineMs: number;
}

/** A step of glibc's lookup: the lookup after it, and what is to be sent. */
export type LookupStep = Step<Lookup>;

/** The name of the queries that are under way. */
export const askedName = ({ candidates, candidate }: Lookup): string => candidates[candidate]?.name ?? '.';

/** Index of the nameserver that is being asked. */
export const serverIndex = ({ config, passed, rotation }: Lookup): number => (passed + rotation) % config.nameservers.length;

/** The lookup with a socket for the present nameserver. */
export const withSocket = (lookup: Lookup, draw: Draw): { readonly lookup: Lookup; readonly port: number } => {
  const index = serverIndex(lookup);
  const open = lookup.sockets.get(index);
  if (open !== undefined) return { lookup, port: open };
  const port = drawPort(draw);
  return { lookup: { ...lookup, sockets: new Map([...lookup.sockets, [index, port]]) }, port };
};

/** All sockets closed (`__res_iclose`). */
export const closed = (lookup: Lookup): Lookup => ({ ...lookup, sockets: new Map(), connection: undefined });

export const quiet = (lookup: Lookup): LookupStep => ({ lookup, send: [] });
export const done = (lookup: Lookup, result: LookupResult): LookupStep => quiet({ ...lookup, result });
