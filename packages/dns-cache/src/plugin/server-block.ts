import type { Position } from '../corefile/error.ts';
import type { RawBlock } from '../corefile/grammar.ts';
import type { ZoneKey } from '../corefile/zone.ts';
import type { Facility } from './facility.ts';
import type { ConfiguredPlugin } from './plugin.ts';
import type { Machine } from './written.ts';

/** `ZONES { directives }`, understood. */
export interface ServerBlock {
  readonly position: Position;
  readonly keys: readonly ZoneKey[];
  /** In the order in which a query meets them. */
  readonly plugins: readonly ConfiguredPlugin[];
}

/** A Corefile before its directives are understood, and the machine that it is for: plain data, which threads can be told. */
export interface WrittenCorefile {
  /** What errors call it. */
  readonly file: string;
  /** The words it was read from, imports included: two files with the same words mean the same. */
  readonly words: readonly string[];
  readonly blocks: readonly RawBlock[];
  readonly machine: Machine;
}

/** A Corefile, understood: its blocks, and the words that it was written in. */
export interface Corefile extends Pick<WrittenCorefile, 'file' | 'words'> {
  readonly blocks: readonly ServerBlock[];
  readonly written: WrittenCorefile;
}

/** What all directives of a Corefile ask of the process around the server. */
export const facilitiesOf = ({ blocks }: Corefile): readonly Facility[] => blocks.flatMap(({ plugins }) => plugins.flatMap(({ facilities }) => facilities));
