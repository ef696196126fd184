import type { Entry } from '../corefile/grammar.ts';
import type { Zone, ZoneKey } from '../corefile/zone.ts';

/** What directives may know of the machine that they will run on. */
export interface Machine {
  /** The addresses of each network interface. */
  readonly interfaces: Readonly<Record<string, readonly string[]>>;
  /** As `hostname` prints it. */
  readonly hostname: string;
  /** What serves, with its version, as `dns-cache-1.0.0`. */
  readonly software: string;
  /** How many threads can run at once. */
  readonly processors: number;
}

/** The lines on which a server block has a directive, at least one; the zones of the block. */
export interface Written {
  readonly entries: readonly Entry[];
  readonly zones: readonly Zone[];
  /** The same zones, with what is spoken there. */
  readonly keys: readonly Pick<ZoneKey, 'zone' | 'scheme'>[];
  readonly machine: Machine;
  /** Where files are that are not named by their whole path; '' is where the process is. */
  readonly root: string;
}
