/** Something is asked of the fleet that it has no model of: nothing is guessed. */
export class NotModelledError extends Error {
  constructor(what: string) {
    super(`not modelled: ${what}`);
    this.name = 'NotModelledError';
  }
}
