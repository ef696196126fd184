/** Of every kind, and quick: what is run each time. */
export const CHOICE: readonly string[] = [];
