import type { ConntrackCounters, Journey, Packet } from '@nodelocal/netfilter-sim';
import type { LookupResult } from '../resolver/machine.ts';
import type { ResolverName } from '../scenario/client.ts';
import type { Happening } from '../scenario/event.ts';
import type { Scenario } from '../scenario/scenario.ts';

/**
 * What happened in a scenario, from the first query to the last answer: plain data, the same for the same seed.
 * Schema 2 has the whole scenario in `given`, where 1 had a setting; besides `packet`, `cache` and `log` events there are `lost` and
 * `happened`; there are `entries`, `counters`, `endedAtMs`, and with each lookup its client.
 */
export interface Recording {
  readonly schema: 2;
  /** The scenario's name. */
  readonly scenario: string;
  /** What chance decided follows from it: a whole number. */
  readonly seed: number;
  readonly given: Scenario;
  /** In the order in which they began. */
  readonly lookups: readonly RecordedLookup[];
  readonly events: readonly RecordedEvent[];
  /** `conntrack -L` of the node at the end of each lookup; where they are more than fifty, only when all have ended. */
  readonly conntrack: readonly (readonly string[])[];
  /** Every entry that the node's table has had, in the order in which they were made. */
  readonly entries: readonly RecordedEntry[];
  /** `conntrack -S` at the end. */
  readonly counters: ConntrackCounters;
  readonly endedAtMs: number;
}

/** A lookup, and what came of it. */
export interface RecordedLookup {
  /** Which one it is, counted from 0, in the order in which they began: events name it by this. */
  readonly number: number;
  /** The client's name in the scenario. */
  readonly client: string;
  readonly resolver: ResolverName;
  /** As the program asked for it. */
  readonly name: string;
  readonly startedAtMs: number;
  readonly elapsedMs: number;
  readonly result: LookupResult | Unresolved;
}

/** Why nobody can say how a lookup ended. */
export type Unresolved =
  /** It still waited when nothing more would have happened. */
  | { readonly kind: 'unfinished' }
  /** The model lacks something that one of its packets met, and `what` names: what became of it is not known. */
  | { readonly kind: 'not-known'; readonly what: string };

/** Something seen at a moment of virtual time; `lookup` is the number of the one that it belongs to, else of the latest. */
export type RecordedEvent = { readonly atMs: number; readonly lookup: number } & (
  | RecordedPacket
  | RecordedLoss
  | RecordedCache
  | RecordedLine
  | RecordedHappening
);

/** Something that the scenario says of this moment. */
export interface RecordedHappening {
  readonly kind: 'happened';
  readonly what: Happening;
}

/** A line that node-cache logged. */
export interface RecordedLine {
  readonly kind: 'log';
  /** As it is printed, without its end. */
  readonly line: string;
}

/** A packet, with its way through the node. */
export interface RecordedPacket {
  readonly kind: 'packet';
  /** Who sent it. */
  readonly from: Actor;
  /** Who got it; `nobody` where it was dropped or no one is there. */
  readonly to: Actor | 'nobody';
  /** The name of the client that sent it or got it; absent: none did. */
  readonly client?: string;
  readonly sent: Packet;
  /** The DNS message in it; `undefined`: there is none. */
  readonly message: MessageSummary | undefined;
  readonly journey: Journey;
  /** Where others were under way at once; absent: it was alone. */
  readonly raced?: Raced;
}

/** One of several packets that were handled at once. */
export interface Raced {
  /** Those of one race have one number. */
  readonly race: number;
  /** For each step of its journey's trace the turn in which it was made, of all turns of the race. */
  readonly turns: readonly number[];
}

/** A packet that was lost elsewhere than on the node. */
export interface RecordedLoss {
  readonly kind: 'lost';
  readonly from: Actor;
  readonly sent: Packet;
  /** `undefined`: what it carried is no DNS message. */
  readonly message: MessageSummary | undefined;
  readonly why: LossReason;
}

/** `not-this-node`: an answer to an address by which the network does not lead to this node. */
export type LossReason = 'lost-on-link' | 'too-large' | 'not-this-node';

/** Who sends and gets packets. */
export type Actor = 'pod' | 'process' | 'node-cache' | 'node' | 'CoreDNS' | 'gateway' | 'resolved';

/** A DNS message in a few words. */
export interface MessageSummary {
  /** Type and name: `A example.org.`. */
  readonly question: string;
  /** Addresses, `no such record` or a response code; `undefined` of a question. */
  readonly answer: string | undefined;
  /** Absent: all is there. */
  readonly truncated?: true;
}

/** What the cache decided. */
export interface RecordedCache {
  readonly kind: 'cache';
  readonly outcome: 'hit' | 'miss' | 'stored';
  /** `undefined` of a miss. */
  readonly store: 'success' | 'denial' | undefined;
  readonly zone: string;
  /** Type and name: `A example.org.`. */
  readonly question: string;
}

/** The life of a conntrack entry. */
export interface RecordedEntry {
  /** IP's number: 6 for TCP, 17 for UDP. */
  readonly protocol: number;
  /** Its two tuples, as `conntrack -L` has them. */
  readonly original: string;
  readonly reply: string;
  /** The name of the client whose packet made it; absent: another's packet did. */
  readonly client?: string;
  readonly fromMs: number;
  /** When the last of its packets came by. */
  readonly seenMs: number;
  /** When it is over, if none comes any more; or when it was taken away. */
  readonly untilMs: number;
  readonly end: 'times-out' | 'evicted' | 'deleted' | 'closed';
  /** TCP's state at last; absent: it is no TCP. */
  readonly state?: string;
  readonly isReplied: boolean;
  readonly isAssured: boolean;
}
