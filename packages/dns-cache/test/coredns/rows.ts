import type { Difference } from './compare.ts';
import type { At } from './explain.ts';
import { ANSWER_ROWS } from './rows/answers.ts';
import { CACHE_ROWS } from './rows/cache.ts';
import { UPSTREAM_ROWS } from './rows/upstream.ts';
import { WIRE_ROWS } from './rows/wire.ts';

/** A difference that we chose, as far as it explains one. */
export interface Row {
  readonly id: string;
  readonly explains: (difference: Difference, at: At) => boolean;
}

/** The first that explains a difference is why it is there. */
export const ROWS: readonly Row[] = [...WIRE_ROWS, ...ANSWER_ROWS, ...UPSTREAM_ROWS, ...CACHE_ROWS];
