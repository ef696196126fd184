import type { Change, NotModelled, PacketContext } from '../evaluation.ts';
import type { NftPlace } from './place.ts';
import type { NftSet, NftTable } from './rule-set.ts';

/** The packet in flight and its surroundings, as a rule of nftables sees them. */
export interface NftContext {
  /** What rules of iptables see too; it follows the packet as statements change it. */
  readonly seen: PacketContext;
  readonly table: NftTable;
  /** The rule that is looked at. */
  readonly place: NftPlace;
  /** A whole number from 0 to `below` − 1, drawn by chance. */
  draw(below: number): number;
  /** Makes a change that later statements see at once. */
  change(change: Change): NotModelled | undefined;
  /** Adds the packet to a counter: that of the rule, or a named one. */
  count(name: string | undefined): void;
  /** What packets changed in a set since it was read. */
  setChanges(set: NftSet): SetChanges;
  noteSetChange(set: NftSet, key: string, change: SetChange): void;
}

/** A number: the moment when the element ends, in milliseconds. */
export type SetChange = number | 'for ever' | 'deleted';

/** By the key of the element. */
export type SetChanges = Readonly<Record<string, SetChange>>;
