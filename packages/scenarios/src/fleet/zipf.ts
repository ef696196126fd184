import { numberWithin, wholeNumber } from '../range.ts';

/** Ranks from 0, of which each is drawn the less the greater it is. */
export interface Zipf {
  /** @param point in [0, 1) */
  rankAt(point: number): number;
  /** The chance of a rank, 0 to 1. */
  shareOf(rank: number): number;
}

/**
 * `count` ranks, at least one; rank `n`, counted from 1, in proportion to `1 / n^exponent`, all alike where `exponent` is 0.
 * @throws RangeError for fewer ranks, or an exponent below 0
 */
export const zipf = (count: number, exponent: number): Zipf => {
  wholeNumber('count', count, 1);
  numberWithin('exponent', exponent, 0);
  const upTo = new Float64Array(count);
  let sum = 0;
  for (let rank = 0; rank < count; rank += 1) {
    sum += (rank + 1) ** -exponent;
    upTo[rank] = sum;
  }
  return {
    rankAt(point) {
      const wanted = point * sum;
      let [low, high] = [0, count - 1];
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((upTo[middle] ?? sum) > wanted) high = middle;
        else low = middle + 1;
      }
      return low;
    },
    shareOf: (rank) => (rank + 1) ** -exponent / sum,
  };
};
