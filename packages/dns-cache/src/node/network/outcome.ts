export type LinkOutcome =
  | { readonly kind: 'as-wanted' }
  /** `ADDRESS/BITS` each. */
  | {
      readonly kind: 'mended';
      readonly creates: boolean;
      readonly adds: readonly string[];
      readonly renews: readonly string[];
      readonly removes: readonly string[];
    }
  | { readonly kind: 'failed'; readonly errors: readonly string[] }
  /** -setupinterface=false */
  | { readonly kind: 'left-alone' };

export type RulesOutcome =
  /** `above`: foreign rules over ours, which are left there. */
  | { readonly kind: 'as-wanted'; readonly above: readonly string[] }
  | {
      readonly kind: 'mended';
      /** As the log names them. */
      readonly added: readonly string[];
      readonly duplicates: readonly string[];
      readonly stale: readonly string[];
      readonly misordered: readonly string[];
    }
  /** Some rules may be in nevertheless: those of the other family, or of the table before. */
  | { readonly kind: 'failed'; readonly errors: readonly string[] }
  /** -setupiptables=false */
  | { readonly kind: 'left-alone' };

/** Of taking rules away. */
export type RulesGone =
  | { readonly kind: 'gone'; readonly removed: number }
  | { readonly kind: 'failed'; readonly errors: readonly string[] };

export type RemovalOutcome =
  | { readonly kind: 'removed'; readonly rules: number; readonly link: 'link' | 'addresses' | 'nothing' }
  /** The link and its addresses stay with them: a NOTRACK rule without a local address leaves pods without any DNS. */
  | { readonly kind: 'rules-stay'; readonly errors: readonly string[] }
  | { readonly kind: 'link-stays'; readonly rules: number; readonly errors: readonly string[] };

/** What is done to the node, for people: a command, and the text that it reads. */
export interface Transaction {
  readonly command: string;
  readonly text: string;
}
