import type { Position } from '../corefile/error.ts';
import type { ZoneKey } from '../corefile/zone.ts';
import type { ConfiguredPlugin } from './plugin.ts';

/** `ZONES { directives }`, understood. */
export interface ServerBlock {
  readonly position: Position;
  readonly keys: readonly ZoneKey[];
  /** In the order in which a query meets them. */
  readonly plugins: readonly ConfiguredPlugin[];
}

export interface Corefile {
  readonly file: string;
  /** The words it was read from, imports included: two files with the same words mean the same. */
  readonly words: readonly string[];
  readonly blocks: readonly ServerBlock[];
}
