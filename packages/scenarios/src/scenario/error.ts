/** A scenario says what cannot be: a name that nobody has, an address that is none. It has its `path` and the `reason`. */
export class ScenarioError extends Error {
  /** Where in the value: `lookups[2].client`. */
  readonly path: string;
  /** What is wrong, without the path. */
  readonly reason: string;

  constructor(path: string, reason: string) {
    super(`${path}: ${reason}`);
    this.name = 'ScenarioError';
    this.path = path;
    this.reason = reason;
  }
}
