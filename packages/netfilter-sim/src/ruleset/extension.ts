import type { Position } from '../error.ts';
import type { Family } from '../packet/address.ts';
import type { MatchResult, PacketContext, TargetOutcome } from './evaluation.ts';

/** One option of a rule line as it was written: `! --dport 53` is inverted with one value. */
export interface WrittenOption {
  /** With its dashes, aliases resolved to the first name (`--destination-port` is `--dport`). */
  readonly name: string;
  readonly inverted: boolean;
  readonly values: readonly string[];
  readonly position: Position;
}

/** What an option takes. */
export interface OptionShape {
  readonly values: number;
  readonly invertible: boolean;
  readonly aliases?: readonly string[];
}

/** What a parser knows of the rule around the extension. */
export interface RuleScope {
  readonly family: Family;
  readonly table: string;
  readonly chain: string;
  /** Protocol number of a plain `-p`; undefined where there is none or it is negated. */
  readonly protocol: number | undefined;
  readonly position: Position;
}

/**
 * One file under `matches/` is one of these. Adding a match is adding a file with these exports
 * and its line in `matches/index.ts`.
 */
export interface MatchModule<Kind extends string, Value extends { readonly kind: Kind }> {
  /** The name behind `-m`. */
  readonly name: Kind;
  readonly options: Readonly<Record<string, OptionShape>>;
  /** @throws InputError with the position of the option that is wrong or missing. */
  parse(options: readonly WrittenOption[], scope: RuleScope): Value;
  /** What `iptables-save` (1.8.9) prints behind `-m name`, byte for byte; may be empty. */
  print(match: Value): string;
  evaluate(match: Value, context: PacketContext, memoryKey: string): MatchResult;
  /** For people: "destination port is 53". */
  describe(match: Value): string;
}

/** One file under `targets/` is one of these. */
export interface TargetModule<Kind extends string, Value extends { readonly kind: Kind }> {
  /** The name behind `-j`. */
  readonly name: Kind;
  readonly options: Readonly<Record<string, OptionShape>>;
  parse(options: readonly WrittenOption[], scope: RuleScope): Value;
  print(target: Value): string;
  apply(target: Value, context: PacketContext): TargetOutcome;
  describe(target: Value): string;
}
