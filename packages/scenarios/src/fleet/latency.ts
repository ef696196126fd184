/** Buckets of time: each ends a fifth behind the one before, from a hundredth of a millisecond on. */
const FIRST_MS = 0.01;
const PER_DOUBLING = 4;

export const bucketOf = (ms: number): number => Math.max(0, Math.ceil(Math.log2(ms / FIRST_MS) * PER_DOUBLING));

const endOf = (bucket: number): number => FIRST_MS * 2 ** (bucket / PER_DOUBLING);

/** The time within which this part of all was done, rounded up to the end of a bucket; `undefined` where there is nothing. */
export const quantile = (buckets: readonly number[], part: number): number | undefined => {
  const all = buckets.reduce((sum, count) => sum + count, 0);
  if (all === 0) return undefined;
  let behind = 0;
  const found = buckets.findIndex((count) => {
    behind += count;
    return behind >= part * all;
  });
  return endOf(found);
};
