import type { EntryId } from '../conntrack/entry/entry.ts';
import type { Tuple, Direction } from '../conntrack/entry/tuple.ts';
import type { InvalidReason, TrackInfo } from '../conntrack/track.ts';
import type { RouteType } from '../fib/route.ts';
import type { Manip } from '../nat/range.ts';
import type { Address } from '../packet/address.ts';
import type { Packet } from '../packet/packet.ts';
import type { NftPlace } from '../ruleset/nftables/values/place.ts';
import type { BackEnd, Hook, TableName } from '../ruleset/shared/hooks.ts';
import type { Change } from '../ruleset/shared/outcome.ts';
import type { Disposition } from './disposition.ts';

/** One thing that happened to a packet on its way. The trace is a list of these, first to last. */
export type TraceStep =
  | { readonly kind: 'arrived'; readonly device: string; readonly packet: Packet }
  | { readonly kind: 'generated'; readonly packet: Packet }
  /** Of what the host sends to many by the device, for the host itself. */
  | { readonly kind: 'copied'; readonly device: string; readonly packet: Packet }
  | RuleStep
  | NftRuleStep
  | SkipStep
  | TrackStep
  | { readonly kind: 'untracked'; readonly hook: Hook }
  | TranslateStep
  | RouteStep
  /** By a port of a bridge or a bond: the host sees the device as a whole. `port` is the name of that device. */
  | { readonly kind: 'entered-by-port'; readonly port: string; readonly device: string }
  /** From port to port of a bridge; `hooks`: br_netfilter shows it to them. */
  | { readonly kind: 'switched'; readonly device: string; readonly hooks: boolean }
  /** `from` and `to` are 0 to 255; of IPv6, hop limits. */
  | { readonly kind: 'ttl-decremented'; readonly from: number; readonly to: number }
  | ConfirmStep
  | { readonly kind: 'looped-back' }
  /** `queue` is the number of the NFQUEUE, 0 to 65535. */
  | { readonly kind: 'held'; readonly queue: number }
  /** The host answers with a packet of its own, which is a flight of its own. */
  | { readonly kind: 'answered'; readonly with: Packet }
  | { readonly kind: 'ended'; readonly disposition: Disposition };

/** A rule that matched, or a chain's end. */
export interface RuleStep {
  readonly kind: 'rule';
  readonly hook: Hook;
  readonly table: TableName;
  /** Of a second table of that name; absent: the usual one. */
  readonly backEnd?: BackEnd;
  readonly chain: string;
  /** From 1; a chain's end counts as one more than its rules. */
  readonly number: number;
  /** How the kernel names the place: unconditional standard verdicts look like a chain's end to it. */
  readonly place: 'rule' | 'return' | 'policy';
  /** The rule as `iptables-save` prints it, or `policy ACCEPT`, or the implicit return. */
  readonly text: string;
  readonly effect: RuleEffect;
  /** Whether the kernel's TRACE would print it. */
  readonly traced: boolean;
  /** The packet as the rule saw it. */
  readonly packet: Packet;
  readonly inDevice: string;
  readonly outDevice: string;
  /** The packet's mark as the rule saw it, 32 bits unsigned. */
  readonly markBefore: number;
}

/** A rule of nftables that matched, or the policy of a base chain. */
export interface NftRuleStep extends NftPlace {
  readonly kind: 'nft-rule';
  readonly hook: Hook;
  /** The base chain that led here. */
  readonly base: string;
  /** The rule as `nft list ruleset` prints it, or `policy accept`. */
  readonly text: string;
  readonly effect: RuleEffect;
  /** Whether the kernel's tracing would print it. */
  readonly traced: boolean;
  /** The first step in its base chain that is traced: the kernel prints the packet before it. */
  readonly showsPacket: boolean;
  /** The packet as the rule saw it. */
  readonly packet: Packet;
  readonly inDevice: string;
  readonly outDevice: string;
  /** The packet's mark as the rule saw it, 32 bits unsigned. */
  readonly markBefore: number;
}

/** What a rule did to a packet that it matched. */
export type RuleEffect =
  | { readonly kind: 'continue'; readonly changes: readonly Change[] }
  | { readonly kind: 'jump'; readonly chain: string }
  | { readonly kind: 'goto'; readonly chain: string }
  | { readonly kind: 'return' }
  | { readonly kind: 'accept' }
  | { readonly kind: 'drop' }
  /** `with` is as in `TargetOutcome`. */
  | { readonly kind: 'reject'; readonly with: string }
  | { readonly kind: 'answer-open' }
  /** `queue` is the number of the NFQUEUE, 0 to 65535. */
  | { readonly kind: 'queue'; readonly queue: number }
  | { readonly kind: 'translate' }
  /** `what` the model lacks, as a noun. */
  | { readonly kind: 'not-modelled'; readonly what: string };

/** A stage that let the packet pass without looking at it. */
export interface SkipStep {
  readonly kind: 'skipped';
  readonly hook: Hook;
  readonly what: 'conntrack' | 'nat' | 'confirm';
  readonly reason: SkipReason;
}

/** Why something at a hook was passed over. */
export type SkipReason =
  | 'untracked'
  | 'invalid'
  /** The packet came around by `lo` and has its entry. */
  | 'already-tracked'
  /** The connection's translation was decided by an earlier packet, or at an earlier hook. */
  | 'already-decided'
  | 'already-confirmed';

/** Conntrack looked for the packet's connection. */
export interface TrackStep {
  readonly kind: 'tracked';
  readonly hook: Hook;
  readonly outcome:
    | { readonly kind: 'invalid'; readonly reason: InvalidReason }
    | {
        readonly kind: 'connection';
        readonly entry: EntryId;
        readonly info: TrackInfo;
        readonly direction: Direction;
        /** The packet began it. */
        readonly opened: boolean;
        readonly original: Tuple;
        readonly reply: Tuple;
      };
}

/** The difference that a translation made; empty where it ran and changed nothing. */
export interface TranslateStep {
  readonly kind: 'translated';
  readonly hook: Hook;
  readonly manip: Manip;
  readonly changes: readonly FieldChange[];
  /** The new port was drawn by chance. */
  readonly drawn: boolean;
}

/** A field that a translation changed. */
export interface FieldChange {
  readonly field: 'src' | 'dst' | 'sport' | 'dport' | 'icmp-id' | 'quoted packet';
  /** In text: an address, a port, an id. */
  readonly from: string;
  /** In text, like `from`. */
  readonly to: string;
}

/** A routing decision. */
export interface RouteStep {
  readonly kind: 'routed';
  readonly at: 'input' | 'output' | 'again';
  readonly outcome:
    | {
        readonly kind: 'found';
        readonly type: RouteType;
        readonly destination: Address;
        /** The device that the packet leaves by; `lo` for the host itself. */
        readonly device: string;
        /** The device that the route names: where a local address is bound. */
        readonly boundTo: string;
        /** The router that it goes to; `undefined`: none, the destination is on the link or the host's own. */
        readonly gateway: Address | undefined;
      }
    /** `reason` is a word for it: `no-route`, `martian-source`, … */
    | { readonly kind: 'refused'; readonly destination: Address; readonly reason: string };
}

/** A new connection came to be confirmed. */
export interface ConfirmStep {
  readonly kind: 'confirmed';
  readonly hook: Hook;
  readonly outcome: 'confirmed' | 'merged' | 'kept-for-replies' | 'lost';
  readonly original: Tuple;
  readonly reply: Tuple;
}
