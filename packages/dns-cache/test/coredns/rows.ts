import type { Row } from './at.ts';
import { ANSWER_ROWS } from './rows/answers.ts';
import { CACHE_ROWS } from './rows/cache.ts';
import { UPSTREAM_ROWS } from './rows/upstream.ts';
import { WIRE_ROWS } from './rows/wire.ts';

/** The first that explains a difference is why it is there. */
export const ROWS: readonly Row[] = [...WIRE_ROWS, ...ANSWER_ROWS, ...UPSTREAM_ROWS, ...CACHE_ROWS];
