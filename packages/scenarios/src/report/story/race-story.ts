/** Packets that race, one order of their moves: plain data, texts included. */
export interface RaceStory {
  /** As the page calls it. */
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
  /** As a sentence. */
  readonly text: string;
  /** It was dropped. */
  readonly lost: boolean;
}

/** A move of a race, as it is drawn. */
export interface RaceRow {
  /** The packet, counted from 0. */
  readonly lane: number;
  /** The hooks with their stages that it comes by, or what else it does. */
  readonly move: string;
  /** What matters of it to the other packet, or to its own end. */
  readonly told: readonly string[];
  /** All that the model says happened in this move. */
  readonly lines: readonly string[];
}
