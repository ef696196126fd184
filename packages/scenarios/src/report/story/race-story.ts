/** Packets that race, one order of their moves: plain data, texts included. */
export interface RaceStory {
  readonly name: string;
  /** What it is, in a sentence or two. */
  readonly what: string;
  /** In netfilter-sim's notation, a lane each. */
  readonly packets: readonly string[];
  readonly rows: readonly RaceRow[];
  readonly fates: readonly Fate[];
}

/** What became of one of them. */
export interface Fate {
  readonly text: string;
  readonly lost: boolean;
}

/** A move of a race, as it is drawn. */
export interface RaceRow {
  readonly lane: number;
  readonly move: string;
  /** What matters of it to the other packet, or to its own end. */
  readonly told: readonly string[];
  /** All that the model says happened in this move. */
  readonly lines: readonly string[];
}
