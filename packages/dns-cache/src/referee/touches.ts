/** Words that a server block has: a directive, and where more is said, a line of it or of its block of options. */
export interface Words {
  readonly directive: string;
  /** On the directive's own line, in this order, perhaps with others between. */
  readonly line?: readonly string[];
  /** The same on a line of its block. */
  readonly option?: readonly string[];
  readonly hasOptions?: true;
  /** For all zones of its block: nothing but numbers on its line. */
  readonly forAllZones?: true;
}

/** The server blocks that a difference can be seen in: those that have one of each list of `all`, and nothing of `none`. */
export interface Touches {
  readonly all: readonly (readonly Words[])[];
  readonly none?: readonly Words[];
}

export const EVERY_BLOCK: Touches = { all: [] };

/** Blocks that have all of these directives. */
export const having = (...directives: readonly string[]): Touches => ({ all: directives.map((directive) => [{ directive }]) });

/** With it no answer goes to a client as it came. */
export const CACHES_ALL: Words = { directive: 'cache', forAllZones: true };

/** Options of `rewrite edns0` that say who asks. */
export const REWRITE_OPTION: Words = { directive: 'rewrite', line: ['edns0'] };
export const TELLS_CLIENT: readonly Words[] = [
  { directive: 'rewrite', line: ['edns0', 'subnet'] },
  { directive: 'rewrite', line: ['edns0', 'local', '{client_ip}'] },
  { directive: 'rewrite', line: ['edns0', 'local', '{client_port}'] },
];
