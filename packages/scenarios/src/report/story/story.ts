import type { WalkedWay } from './way.ts';

/** What a page shows of one recording: plain data, texts included. */
export interface Story {
  readonly name: string;
  /** The seed that repeats it. */
  readonly seed: number;
  /** What it comes to, in one or two sentences. */
  readonly sentence: string;
  readonly facts: readonly Fact[];
  readonly lookups: readonly string[];
  readonly moments: readonly Moment[];
  /** How many conntrack entries there are from each moment on. */
  readonly entries: readonly EntryCount[];
  /** The end that the entries are drawn to. */
  readonly endMs: number;
  /** `conntrack -L` at the end. */
  readonly left: readonly string[];
  readonly waits: readonly Wait[];
}

export interface Fact {
  readonly what: string;
  readonly value: string;
}

/** Where somebody stands in the picture of who says what to whom. */
export type Party = 'pod' | 'node' | 'beyond';

/** Something to stop at while stepping. */
export interface Moment {
  readonly atMs: number;
  readonly lookup: number;
  readonly from: Party;
  readonly to: Party | undefined;
  readonly who: string;
  readonly what: string;
  readonly kind: 'question' | 'answer' | 'cache' | 'log' | 'other';
  readonly lost: boolean;
  /** Which moment before it made it happen; `undefined`: the pod began of itself. */
  readonly because: number | undefined;
  readonly way: WalkedWay | undefined;
}

export interface EntryCount {
  readonly atMs: number;
  readonly count: number;
}

/** How long the pod waited for one answer; `undefined`: it never came. */
export interface Wait {
  readonly question: string;
  readonly ms: number | undefined;
}
