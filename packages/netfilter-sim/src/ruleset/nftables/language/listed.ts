/** An object's fields while they are read. */
export type Fields = Record<string, unknown>;

/** An object as `nft -j list ruleset` has it: `{"chain": {…}}`. */
export type Listed = Readonly<Record<string, object>>;

/** Where an object belongs. */
export interface Owner {
  readonly family: string;
  readonly table: string;
}
