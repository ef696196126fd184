/** What is counted in every second. */
export const FLEET_COUNTS = [
  'lookups',
  'resolved',
  'notFound',
  'failed',
  /** Took a second or more. */
  'late',
  /** Sent by pods. */
  'queries',
  /** … of them to the agent, */
  'toAgent',
  /** … to CoreDNS by kube-proxy's Service, */
  'direct',
  /** … and to a port where nobody listened. */
  'refused',
  /** That the agent answered, or had in its hands when it ended. */
  'answers',
  'cut',
  'hits',
  'denialHits',
  'staleHits',
  'misses',
  /** Of the misses, those which found another one under way. */
  'coalesced',
  'refreshes',
  /** Asked by the agent, whether anybody heard it or not. */
  'asked',
  /** Of these, only to see whether the upstream is there. */
  'probes',
  /** What reached CoreDNS, and what reached the resolver outside by the agent. */
  'coreDns',
  'outside',
  /** Went to a server that says nothing, or to none. */
  'lost',
] as const;

/** What is counted on each node. */
export type FleetCount = (typeof FLEET_COUNTS)[number];

/** By seconds from the start; the last ones may hold what came after the end. */
export type Series = Readonly<Record<FleetCount, readonly number[]>>;

/** What came of nodes: of one, or of some together. All are whole numbers, so that no order of adding tells. */
export interface Tally {
  /** How many there are in it. */
  readonly nodes: number;
  readonly series: Series;
  /** Conntrack entries at each second: of all nodes, and of the node that has the most. */
  readonly entries: readonly number[];
  /** Of the node that has the most, at each second. */
  readonly entriesMax: readonly number[];
  /** Lookups of each window by how long they took, in the buckets of `latency.ts`. */
  readonly latency: readonly (readonly number[])[];
}

/** The counts of two parts of a fleet as those of both. */
export const addTallies = (one: Tally, other: Tally): Tally => ({
  nodes: one.nodes + other.nodes,
  series: Object.fromEntries(FLEET_COUNTS.map((counted) => [counted, added(one.series[counted], other.series[counted])])) as Series,
  entries: added(one.entries, other.entries),
  entriesMax: joined(one.entriesMax, other.entriesMax, Math.max),
  latency: Array.from({ length: Math.max(one.latency.length, other.latency.length) }, (_, window) =>
    added(one.latency[window] ?? [], other.latency[window] ?? []),
  ),
});

const joined = (one: readonly number[], other: readonly number[], join: (one: number, other: number) => number): readonly number[] =>
  Array.from({ length: Math.max(one.length, other.length) }, (_, index) => join(one[index] ?? 0, other[index] ?? 0));

const added = (one: readonly number[], other: readonly number[]): readonly number[] => joined(one, other, (a, b) => a + b);
