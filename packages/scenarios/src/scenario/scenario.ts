import type { Client } from './client.ts';
import type { CacheParts } from './cache-parts.ts';
import type { ScenarioEvent } from './event.ts';
import type { Expectation } from './expectation.ts';
import type { Incident } from './incident.ts';
import type { Links } from './links.ts';
import type { ScenarioLookup } from './lookup.ts';
import type { NodeSource } from './node-source.ts';
import type { DnsServer } from './server.ts';

/** An experiment as a value: plain data, so that a file can say it. What chance decides is not in it: that follows from the seed. */
export interface Scenario {
  /** By which it is run and compared. */
  readonly name: string;
  /** What it answers. */
  readonly question: string;
  /** What one should see. */
  readonly expect: string;
  /** Where people met it; absent: it is an exercise. */
  readonly incident?: Incident;
  readonly node: NodeSource;
  /** A release of Linux: `6.18`. */
  readonly kernel: string;
  /** Whether two packets that one program sends at once are handled one after the other, or by two processors in some order of their moves. */
  readonly sentAtOnce: 'in-turn' | 'interleaved';
  /** By name, over those of the node: `net.netfilter.nf_conntrack_max`. */
  readonly sysctls: Readonly<Record<string, string>>;
  /** Rules of others, each a text for `iptables-restore --noflush`, put in before the cache's. */
  readonly rules: readonly string[];
  readonly cache: CacheParts;
  /** Who looks names up on the node. */
  readonly clients: readonly Client[];
  readonly servers: readonly DnsServer[];
  readonly links: Links;
  readonly lookups: readonly ScenarioLookup[];
  /** What happens meanwhile, in the order of time. */
  readonly events: readonly ScenarioEvent[];
  /** For how long the node is watched after the last lookup. */
  readonly watchedMs: number;
  /** What its recording must show, whatever chance decides with the seed below. */
  readonly expectations: readonly Expectation[];
  /** The seed by which it is told: a whole number. */
  readonly seed: number;
}
