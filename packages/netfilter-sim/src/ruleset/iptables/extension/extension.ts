import type { Position } from '../../../error.ts';
import type { Family } from '../../../packet/address.ts';
import type { ProtocolNumber } from '../../../packet/protocol.ts';
import type { PacketContext } from '../../shared/context.ts';
import type { Hook, TableName } from '../../shared/hooks.ts';
import type { MatchResult, TargetOutcome } from '../../shared/outcome.ts';

/** One option of a rule line as it was written: `! --dport 53` is inverted with one value. */
export interface WrittenOption {
  /** With its dashes, aliases resolved to the first name (`--destination-port` is `--dport`). */
  readonly name: string;
  /** A `!` stands before it. */
  readonly inverted: boolean;
  /** The words behind it, in order, quotes taken off. */
  readonly values: readonly string[];
  readonly position: Position;
}

/** What an option takes. */
export interface OptionShape {
  /** How many words it takes: 0, 1 or 2. */
  readonly values: number;
  /** Its value may be absent: the next word is none where it looks like an option. */
  readonly optional?: boolean;
  /** A `!` may stand before it. */
  readonly invertible: boolean;
  /** Other names, with their dashes; absent: none. */
  readonly aliases?: readonly string[];
  /** It may stand more than once in one match or target; absent: once. */
  readonly repeatable?: boolean;
}

/** What a parser knows of the rule around the extension. */
export interface RuleScope {
  readonly family: Family;
  readonly table: string;
  readonly chain: string;
  /** Protocol number of a plain `-p`; undefined where there is none or it is negated. */
  readonly protocol: number | undefined;
  /** The number behind `-p`, negated or not; `undefined` where there is none. */
  readonly writtenProtocol: number | undefined;
  readonly position: Position;
}

/** Where the kernel lets a match or target stand; what is absent is not restricted. */
export interface Placement {
  /** The tables it may stand in. */
  readonly tables?: readonly TableName[];
  /** Every hook from which the rule can be reached must be one of these. */
  readonly hooks?: readonly Hook[];
  /** The rule must have a plain `-p` of one of these. */
  readonly protocols?: readonly ProtocolNumber[];
  /** The rule must ask for the TCP flag SYN. */
  readonly synOnly?: boolean;
}

interface ExtensionModule<Kind extends string, Value extends { readonly kind: Kind }> {
  /** The name behind `-m` or `-j`. */
  readonly name: Kind;
  /** The only family that has it; absent: both. */
  readonly family?: Family;
  readonly options: Readonly<Record<string, OptionShape>>;
  /** What the model lacks to do what it is there for; absent where it does it, if not for every packet. */
  readonly notModelled?: string;
  /** Packets or options for which the model cannot tell, though it can for others; absent: it always can. */
  readonly notModelledFor?: string;
  /** Whether it makes the kernel track connections (`nf_ct_netns_get` in its check, 6.12); absent: no. */
  needsConntrack?(value: Value): boolean;
  /** @throws InputError with the position of the option that is wrong or missing. */
  parse(options: readonly WrittenOption[], scope: RuleScope): Value;
  placement?(value: Value): Placement;
  /** What `iptables-save` (1.8.9) prints behind the name, byte for byte; may be empty. */
  print(value: Value): string;
  /** For people: "destination port is 53". */
  describe(value: Value): string;
}

/**
 * One file under `matches/` is one of these. Adding a match is adding a file with these exports
 * and its line in `matches/index.ts`.
 */
export interface MatchModule<Kind extends string, Value extends { readonly kind: Kind }> extends ExtensionModule<
  Kind,
  Value
> {
  /** The protocol whose plain `-p` brings it along (load_proto, xshared.c 1.8.9); absent: none does. */
  readonly loadedBy?: ProtocolNumber;
  /**
   * Whether it answers alike when it is asked again further down the same table: `always`, as no rule there changes
   * what it looks at; or as long as none in between changes the packet, its connection or a set. Absent: not for sure.
   */
  readonly steady?: 'always' | 'while-unchanged';
  /** Whether the packet passes; under `memoryKey`, one for each match of each rule, lies what it remembers. */
  evaluate(match: Value, context: PacketContext, memoryKey: string): MatchResult;
}

/** One file under `targets/` is one of these. */
export interface TargetModule<Kind extends string, Value extends { readonly kind: Kind }> extends ExtensionModule<
  Kind,
  Value
> {
  /** It changes neither the packet nor its connection nor a set; absent: it may. */
  readonly quiet?: true;
  /** Its verdict is never "go on" (the target functions of net/netfilter, Linux 6.12); absent: it may be. */
  readonly ends?: true;
  /** What becomes of a packet that has passed the rule's tests. */
  apply(target: Value, context: PacketContext): TargetOutcome;
}
