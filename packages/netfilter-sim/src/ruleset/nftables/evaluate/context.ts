import type { PacketContext } from '../../shared/context.ts';
import type { NotModelled } from '../../shared/not-modelled.ts';
import type { Change } from '../../shared/outcome.ts';
import type { LimitStatement } from '../values/limit.ts';
import type { NftPlace } from '../values/place.ts';
import type { NftSet, NftTable } from '../values/rule-set.ts';

/** The packet in flight and its surroundings, as a rule of nftables sees them. */
export interface NftContext {
  /** What rules of iptables see too; it follows the packet as statements change it. */
  readonly seen: PacketContext;
  readonly table: NftTable;
  /** The rule that is looked at. */
  readonly place: NftPlace;
  /** Makes a change that later statements see at once. */
  change(change: Change): NotModelled | undefined;
  /** Adds the packet to a counter: that of the rule, or a named one. */
  count(name: string | undefined): void;
  /** Says that it stays open whether the packet was added. */
  mayCount(name: string | undefined): void;
  /** What packets changed in a set since it was read. */
  setChanges(set: NftSet): SetChanges;
  noteSetChange(set: NftSet, key: string, change: SetChange): void;
}

/** What a packet made of an element. Plain data. */
export type SetChange =
  | { readonly kind: 'deleted' }
  | {
      readonly kind: 'there';
      /** When the element came into the set. */
      readonly sinceMs: number;
      /** Absent: it stays. */
      readonly endsAtMs?: number;
      readonly limit?: LimitStatement;
    };

/** By the key of the element. */
export type SetChanges = Readonly<Record<string, SetChange>>;
