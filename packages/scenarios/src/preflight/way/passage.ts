import type { BackEnd, Family, Hook, Journey, NftPlace, TableName } from '@nodelocal/netfilter-sim';

/** A rule, or a policy, that had a say. */
export interface RulePlace {
  /** For people: `rule 3 of filter INPUT`. */
  readonly place: string;
  /** As `iptables-save` or `nft list ruleset` prints it. */
  readonly text: string;
  /** The transaction puts it there. */
  readonly isNew: boolean;
  /** It was there before, and packets come to it before they come to a new rule of the same chain. */
  readonly isAboveNew: boolean;
  /** Where a command finds it; absent: it is a rule of nftables. */
  readonly iptables?: IptablesRule;
  /** Absent: it is a rule of iptables. */
  readonly nft?: NftPlace;
}

/** Where a rule of iptables stands. */
export interface IptablesRule {
  readonly family: Family;
  readonly table: TableName;
  /** Absent: the one that `iptables` itself uses. */
  readonly backEnd?: BackEnd;
  readonly chain: string;
  /** The built-in chain that led there. */
  readonly hook: Hook;
  readonly isPolicy: boolean;
}

/** What of a packet's way decides on its end, first to last. */
export type WayEvent =
  /** No conntrack entry from here on, and so no translation. */
  | { readonly kind: 'untracked'; readonly rule: RulePlace }
  /** `to` is the new address, with its port where it has one; `rule` is `undefined` where the connection has it from earlier. */
  | { readonly kind: 'translated'; readonly side: 'source' | 'destination'; readonly to: string; readonly rule: RulePlace | undefined }
  /** By a rule whose verdict was final in its table. */
  | { readonly kind: 'accepted'; readonly rule: RulePlace }
  /** No rule of filter said anything. */
  | { readonly kind: 'let-pass'; readonly rule: RulePlace }
  /** A new one; `original` and `reply` are the ends of its tuples: `192.168.82.65 > 10.96.0.10`. */
  | { readonly kind: 'entry'; readonly original: string; readonly reply: string };

/** How a packet's way ended. */
export type WayEnd = Journey['outcome'];

/** Ways that differ only in where a translation leads to are one. */
export interface Way {
  readonly events: readonly WayEvent[];
  readonly end: WayEnd;
  /** The rule or policy that dropped the packet; `undefined`: none did. */
  readonly droppedBy: RulePlace | undefined;
  /** Ends of the packet as it stood at the end, such as `10.244.2.7:53`. */
  readonly from: string;
  /** Where it goes then; several where ways differ in nothing else. */
  readonly to: readonly string[];
  /** Devices that it left by. */
  readonly devices: readonly string[];
  /** What nobody told and what this way hangs on, by the rule that asks. */
  readonly hangsOn: readonly string[];
}

/** One packet, and every way that it can take. */
export interface Passage {
  /** As `netfilter-sim trace` takes it. */
  readonly packet: string;
  readonly ways: readonly Way[];
  /** There are more ways than were looked at. */
  readonly tooMany: boolean;
}
