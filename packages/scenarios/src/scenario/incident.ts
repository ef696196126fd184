/** What happened to people, and where they wrote of it. */
export interface Incident {
  /** `owner/repository#number`, or another name by which it is found. */
  readonly sources: readonly string[];
  /** What they saw, in a sentence or two. */
  readonly reported: string;
  /** What the model shows of it, and what it does not. */
  readonly shown: string;
  /** What mends it, in a sentence or two. */
  readonly fix: string;
  /** Names of the scenarios that are the same with the fix; empty where the fix is outside of what the model runs. */
  readonly fixedBy: readonly string[];
}
