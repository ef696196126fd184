/** A scenario says what cannot be: a name that nobody has, an address that is none. */
export class ScenarioError extends Error {
  /** Where in the value: `lookups[2].client`. */
  readonly path: string;
  readonly reason: string;

  constructor(path: string, reason: string) {
    super(`${path}: ${reason}`);
    this.name = 'ScenarioError';
    this.path = path;
    this.reason = reason;
  }
}
