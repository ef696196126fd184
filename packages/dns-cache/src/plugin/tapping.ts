import type { Tap, TapEffect } from '../engine/effect.ts';

/** One who is told of messages, and what of them. */
export interface Tapping {
  readonly tap: Tap;
  /** The message itself too. */
  readonly isFull: boolean;
  /** A text with placeholders. */
  readonly extra: string;
}

/** An answer to be told of when it is written: the octets are not there before. */
export type TappedAnswer = Pick<TapEffect, 'tap' | 'extra'> & Pick<Tapping, 'isFull'>;

export const NO_TAPPINGS: readonly Tapping[] = [];
