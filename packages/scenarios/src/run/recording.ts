import type { Journey, Packet } from '@nodelocal/netfilter-sim';
import type { Setting } from '../cluster/setting.ts';
import type { LookupResult } from '../resolver/machine.ts';

/** What happened in a scenario, from the first query to the last answer: plain data, the same for the same seed. */
export interface Recording {
  readonly schema: 1;
  readonly scenario: string;
  readonly seed: number;
  readonly setting: Setting;
  readonly lookups: readonly RecordedLookup[];
  readonly events: readonly RecordedEvent[];
  /** `conntrack -L` of the node after each lookup. */
  readonly conntrack: readonly (readonly string[])[];
}

export interface RecordedLookup {
  readonly name: string;
  readonly startedAtMs: number;
  readonly elapsedMs: number;
  readonly result: LookupResult;
}

/** Something seen at a moment of virtual time; `lookup` is the one under way. */
export type RecordedEvent = { readonly atMs: number; readonly lookup: number } & (
  | RecordedPacket
  | RecordedCache
  | RecordedLine
);

/** A line that node-cache logged. */
export interface RecordedLine {
  readonly kind: 'log';
  readonly line: string;
}

export interface RecordedPacket {
  readonly kind: 'packet';
  /** Who sent it. */
  readonly from: Actor;
  /** Who got it; `nobody` where it was dropped or no one is there. */
  readonly to: Actor | 'nobody';
  readonly sent: Packet;
  /** The DNS message in it, if there is one. */
  readonly message: MessageSummary | undefined;
  readonly journey: Journey;
}

export type Actor = 'pod' | 'node-cache' | 'node' | 'CoreDNS' | 'gateway';

export interface MessageSummary {
  readonly question: string;
  readonly answer: string | undefined;
}

export interface RecordedCache {
  readonly kind: 'cache';
  readonly outcome: 'hit' | 'miss' | 'stored';
  readonly store: 'success' | 'denial' | undefined;
  readonly zone: string;
  readonly question: string;
}
