import type { LinkOutcome, RulesOutcome } from '../network/outcome.ts';

/** What the supervisor knows of the link, or of the rules, since it last looked. */
export type Kept =
  | { readonly kind: 'in-place' }
  /** By a flag they are others' business. */
  | { readonly kind: 'left-alone' }
  /** Not put in yet, or taken away. */
  | { readonly kind: 'not-there' }
  | { readonly kind: 'failed'; readonly reason: string };

export interface KeptNetwork {
  readonly link: Kept;
  readonly rules: Kept;
}

export const NOTHING_KEPT: KeptNetwork = { link: { kind: 'not-there' }, rules: { kind: 'not-there' } };

export const keptOf = (outcome: LinkOutcome | RulesOutcome): Kept => {
  switch (outcome.kind) {
    case 'as-wanted':
    case 'mended':
      return { kind: 'in-place' };
    case 'left-alone':
      return { kind: 'left-alone' };
    case 'failed':
      return { kind: 'failed', reason: outcome.errors.join('; ') };
  }
};
