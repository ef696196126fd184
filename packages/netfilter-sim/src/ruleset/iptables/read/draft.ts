import type { Position } from '../../../error.ts';
import type { Placement } from '../extension/extension.ts';
import type { Rule } from '../values/rule-set.ts';

/** Where one of the rule's extensions may stand, and where it was written. */
export interface DraftPlacement {
  /** `match "owner"`. */
  readonly what: string;
  readonly position: Position;
  readonly placement: Placement;
}

/** A rule with the places in the text that later checks point at. */
export interface RuleDraft {
  readonly rule: Rule;
  readonly position: Position;
  readonly targetPosition: Position;
  readonly placements: readonly DraftPlacement[];
}
