import type { Pattern } from '../../../directive/pattern.ts';
import type { NameMatch } from './match.ts';
import type { NamePiece } from './pieces.ts';

/** How names in answers are rewritten. */
export type TextRewrite =
  /** A name becomes another, and so do the names below it. */
  | { readonly kind: 'domain'; readonly from: string; readonly to: string }
  | { readonly kind: 'suffix'; readonly from: string; readonly to: string }
  | { readonly kind: 'regex'; readonly pattern: Pattern; readonly to: string };

/** What an answer is changed by, on its way back. */
export type Revert =
  /** The owners of records. */
  | { readonly kind: 'name'; readonly rewrite: TextRewrite }
  /** The names that records point to. */
  | { readonly kind: 'value'; readonly rewrite: TextRewrite }
  | { readonly kind: 'ttl'; readonly least: number; readonly most: number }
  | { readonly kind: 'cname'; readonly match: NameMatch; readonly to: string }
  | { readonly kind: 'rcode'; readonly from: number; readonly to: number };

export const VARIABLES = [
  'qname', 'qtype', 'client_ip', 'client_port', 'protocol', 'server_ip', 'server_port',
] as const;

export type Variable = (typeof VARIABLES)[number];

/** An EDNS option, and what is to be in it. */
export type OptionSource =
  | { readonly kind: 'local'; readonly code: number; readonly data: Uint8Array }
  | { readonly kind: 'variable'; readonly code: number; readonly variable: Variable }
  /** What is known of the query under a label; where nothing is, the rule does nothing. */
  | { readonly kind: 'metadata'; readonly code: number; readonly label: string }
  | { readonly kind: 'nsid' }
  /** How many bits of the client's address the upstream is told (RFC 7871). */
  | { readonly kind: 'subnet'; readonly ipv4Bits: number; readonly ipv6Bits: number };

export const OPTION_ACTIONS = ['set', 'append', 'replace', 'unset'] as const;

export type OptionAction = (typeof OPTION_ACTIONS)[number];

/** What a rule does to a query, or to the answer to it. */
export type Change =
  | { readonly kind: 'type'; readonly from: number; readonly to: number }
  | { readonly kind: 'class'; readonly from: number; readonly to: number }
  | {
      readonly kind: 'name';
      readonly match: NameMatch;
      readonly to: string;
      /** What is known of the query stands in the new name, in braces: the pieces that it is made of. */
      readonly pieces: readonly NamePiece[] | undefined;
      /** Names in the answer become again what they were. */
      readonly auto: boolean;
      readonly answers: readonly Extract<Revert, { kind: 'name' | 'value' }>[];
    }
  /** `hasRevert`: there is something to undo in the answer, though no option of it is told to a client anyway. */
  | { readonly kind: 'edns0'; readonly action: OptionAction; readonly option: OptionSource; readonly hasRevert: boolean }
  | { readonly kind: 'ttl'; readonly match: NameMatch; readonly least: number; readonly most: number }
  | { readonly kind: 'cname'; readonly match: NameMatch; readonly to: string }
  | { readonly kind: 'rcode'; readonly match: NameMatch; readonly from: number; readonly to: number };

export interface Rule {
  /** Whether the next rule is asked after this one has done something. */
  readonly mode: 'stop' | 'continue';
  readonly change: Change;
}

/** What a rule made of a name is no domain name. */
export interface InvalidName {
  readonly kind: 'invalid-name';
  readonly name: string;
}
