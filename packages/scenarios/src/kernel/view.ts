import type { LookupResult } from '../resolver/machine.ts';

/** What both the model and the kernel can tell of a play, in the same words. */
export interface View {
  readonly lookups: readonly ViewedLookup[];
  /** Queries that servers heard: `CoreDNS by UDP from 192.168.82.65`. */
  readonly heard: Counts;
  /** Conntrack entries of DNS at the end: `udp 192.168.82.65 > 10.96.0.10, answered`. */
  readonly entries: Counts;
  /** Packets of UDP that each rule of the cache has seen, by its text. */
  readonly ruled: Counts;
}

/** How often something was seen, by what it is. */
export type Counts = Readonly<Record<string, number>>;

/** A lookup, as both sides tell it. */
export interface ViewedLookup {
  /** As the program asked for it. */
  readonly name: string;
  /** The client's name in the scenario. */
  readonly client: string;
  /** `192.0.2.1 192.0.2.2`, `not found`, `failed`, `unfinished`. */
  readonly outcome: string;
  readonly elapsedMs: number;
}

export const countsOf = (keys: readonly string[]): Counts => {
  const counts: Record<string, number> = {};
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
};

/** Why a lookup failed, glibc does not say. */
export const outcomeOf = (result: LookupResult): string => {
  switch (result.kind) {
    case 'resolved':
      return [...new Set(result.addresses)].toSorted().join(' ');
    case 'not-found':
      return 'not found';
    case 'failed':
      return 'failed';
  }
};

/** A rule of the cache, for UDP. */
export const isViewedRule = (text: string): boolean => text.includes('NodeLocal DNS Cache:') && / -p udp /.test(text);

export const heardKey = (server: string, transport: 'udp' | 'tcp', from: string): string => `${server} by ${transport.toUpperCase()} from ${from}`;

export const entryKey = (protocol: 'udp' | 'tcp', src: string, dst: string, isAnswered: boolean): string => `${protocol} ${src} > ${dst}, ${isAnswered ? 'answered' : 'not answered'}`;
