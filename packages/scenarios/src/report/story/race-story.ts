/** Packets that race, one order of their moves: plain data, texts included. */
export interface RaceStory {
  readonly name: string;
  readonly what: string;
  /** Of the kernel that it was walked on. */
  readonly kernel: string;
  /** In netfilter-sim's notation, a lane each. */
  readonly packets: readonly string[];
  readonly rows: readonly RaceRow[];
  readonly fates: readonly string[];
  readonly entries: readonly string[];
  /** In what part of all orders of moves a packet is lost. */
  readonly lostShare: number;
  /** In how many orders it was looked at. */
  readonly orders: number;
}

export interface RaceRow {
  readonly lane: number;
  readonly move: string;
  /** What the model says happened in this move. */
  readonly lines: readonly string[];
}
