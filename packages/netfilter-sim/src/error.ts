/** Where in a text something stands; lines and columns count from 1. */
export interface Position {
  /** As whoever gave the text calls it: a path, or words such as `packet "…"`. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
}

/**
 * Input that the model cannot take: a rule set, a snapshot or a packet that is broken or says
 * something unknown. It always says where, and how to mend it where that is known.
 * What a network does to a packet (drop, time out) is a result, never an error. It is made of its `position`, `reason` and `mend`.
 */
export class InputError extends Error {
  readonly position: Position;
  /** What is wrong, without the position. */
  readonly reason: string;
  /** A way to mend it, as a sentence; empty where there is none to tell. */
  readonly mend: string;

  constructor(position: Position, reason: string, mend = '') {
    super(
      `${position.file}:${position.line}:${position.column}: ${reason}${mend === '' ? '' : ` (${mend})`}`,
    );
    this.name = 'InputError';
    this.position = position;
    this.reason = reason;
    this.mend = mend;
  }
}

/** A line of this library is wrong, not the caller: an invariant, which `holds` or not, is broken; `what` names it in words. */
export const invariant: (holds: boolean, what: string) => asserts holds = (holds, what) => {
  if (!holds) throw new Error(`netfilter-sim: broken invariant: ${what}`);
};
