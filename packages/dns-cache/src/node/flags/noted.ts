/** What a flag means, and what whoever wrote it should hear. */
export interface Noted<Value> {
  readonly value: Value;
  /** A line each, with the flag's name. */
  readonly notes: readonly string[];
}
