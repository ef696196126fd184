import type { WalkedWay } from './way.ts';

/** What a page shows of one recording: plain data, texts included. */
export interface Story {
  /** As the comparison calls it. */
  readonly name: string;
  /** The seed that repeats it: a whole number. */
  readonly seed: number;
  /** What it comes to, in one or two sentences. */
  readonly sentence: string;
  readonly facts: readonly Fact[];
  readonly moments: readonly Moment[];
  /** How many conntrack entries there are from each moment on, also after the end. */
  readonly entries: readonly EntryCount[];
  readonly lives: readonly EntryLife[];
  /** The last moment of the recording. */
  readonly endMs: number;
  readonly waits: readonly Wait[];
}

/** Something about a recording, for the table. */
export interface Fact {
  /** What it is about, in words. */
  readonly what: string;
  /** With its unit. */
  readonly value: string;
}

/** Where somebody stands in the picture of who says what to whom. */
export type Party = 'pod' | 'node' | 'beyond';

/** Something to stop at while stepping. */
export interface Moment {
  readonly atMs: number;
  readonly from: Party;
  /** `undefined`: nothing was sent. */
  readonly to: Party | undefined;
  /** Who did it, and to whom. */
  readonly who: string;
  /** What happened, in words. */
  readonly what: string;
  readonly kind: 'question' | 'answer' | 'cache' | 'log' | 'happened' | 'other';
  /** A packet was lost. */
  readonly lost: boolean;
  /** Which moment before it made it happen, counted from 0; `undefined`: none did. */
  readonly because: number | undefined;
  /** Where none did: how long a client had waited since it last sent something. */
  readonly waitedMs: number | undefined;
  /** Its way through the node; `undefined`: it has none there. */
  readonly way: WalkedWay | undefined;
}

/** How many entries conntrack had at a moment. */
export interface EntryCount {
  readonly atMs: number;
  /** From 0. */
  readonly count: number;
}

/** From when to when an entry stands in the table. */
export interface EntryLife {
  readonly entry: string;
  readonly fromMs: number;
  readonly untilMs: number;
  /** How it ends, in words: `times out`. */
  readonly end: string;
}

/** How long a client waited for one answer; `undefined`: it never came. */
export interface Wait {
  /** Type and name. */
  readonly question: string;
  /** From the question to its answer. */
  readonly ms: number | undefined;
}
