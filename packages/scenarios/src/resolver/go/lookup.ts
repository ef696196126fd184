import type { Candidate } from '../candidates.ts';
import type { ResolverConfig } from '../config.ts';
import type { LookupResult, Progress } from '../machine.ts';
import type { Query } from '../query.ts';
import type { GoExchange } from './exchange.ts';

/** A lookup of Go 1.26 in progress: A and AAAA of one name as two exchanges that know nothing of each other. */
export interface GoLookup extends Progress {
  readonly config: ResolverConfig;
  readonly candidates: readonly Candidate[];
  /** Index of the name that is being asked for. */
  readonly candidate: number;
  /** How many exchanges `rotate` has led on: each begins one server further. */
  readonly rotated: number;
  /** For the present name, in the order in which they began. */
  readonly exchanges: readonly GoExchange[];
  /** What `single-request` asks for afterwards. */
  readonly later: readonly Query['type'][];
  /** What the caller hears if no name has an address: the first failure, or that of the name as it is; `undefined`: none yet. */
  readonly failure: Exclude<LookupResult, { kind: 'resolved' }> | undefined;
}
