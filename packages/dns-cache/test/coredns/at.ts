import type { Difference } from './compare.ts';
import type { AskedQuery, Script, SeenStep } from './conversation.ts';
import type { Told } from './told.ts';

/** What a row may look at besides the difference itself. */
export interface At {
  /** The queries of the step. */
  readonly asked: readonly AskedQuery[];
  /** The one that the difference is about, where it is about one. */
  readonly query: AskedQuery | undefined;
  readonly theirs: SeenStep;
  readonly ours: SeenStep;
  /** And behind it those that took its place since. */
  readonly corefile: string;
  readonly hasReloaded: boolean;
  readonly scripts: readonly Script[];
  /** The row that explains why the two hold different things about this question, or the upstream has said different things. */
  readonly follows: string | undefined;
  /** The same for any name. */
  readonly causeOf: (name: string) => string | undefined;
  /** Whether that is so of any question. */
  readonly anyFollows: boolean;
  /** What CoreDNS did at the steps before, and what it was asked. */
  readonly earlier: readonly SeenStep[];
  readonly askedBefore: readonly AskedQuery[];
  /** What could be told about any question. */
  readonly told: Told;
  /** All differences of the step. */
  readonly all: readonly Difference[];
  /** How much may be counted otherwise by now. */
  readonly otherwise: Otherwise;
  /** The rows that have explained anything in this conversation so far. */
  readonly used: ReadonlySet<string>;
}

/** Queries of which a row said that they were treated otherwise: no count differs by more than they come to. */
export interface Otherwise {
  /** Kept, or served from what is kept. */
  readonly kept: number;
  /** Told another code, or nothing, or not counted. */
  readonly answered: number;
  /** And so many octets are in the answers that differ. */
  readonly octets: number;
}

/** A difference that we chose, as far as it explains one. */
export interface Row {
  readonly id: string;
  readonly explains: (difference: Difference, at: At) => boolean;
}
