import type { CoreDnsRelease } from '../../src/referee/differences.ts';
import type { Row } from './at.ts';
import { ANSWER_ROWS } from './rows/answers.ts';
import { CACHE_ROWS } from './rows/cache.ts';
import { EARLIER_ROWS } from './rows/earlier.ts';
import { UPSTREAM_ROWS } from './rows/upstream.ts';
import { WIRE_ROWS } from './rows/wire.ts';

/** The first that explains a difference is why it is there. */
export const ROWS: readonly Row[] = [...WIRE_ROWS, ...ANSWER_ROWS, ...UPSTREAM_ROWS, ...CACHE_ROWS];

/** Of an earlier release, what it does otherwise than the one that is followed comes last. */
export const rowsFor = (release: CoreDnsRelease): readonly Row[] => {
  switch (release) {
    case '1.15.0':
      return ROWS;
    case '1.14.4':
      return [...ROWS, ...EARLIER_ROWS];
  }
};
